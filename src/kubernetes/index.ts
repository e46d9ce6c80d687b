export { ask, askFor, reasonOf, statusOf } from './calls.ts';
export { type Cluster, type ClusterChoice, openCluster } from './client.ts';
