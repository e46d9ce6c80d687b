export { ask, askFor, reasonOf, statusOf } from './calls.ts';
export { type Cluster, type ClusterChoice, openCluster } from './client.ts';
export { type Forward, forwardTo } from './forward.ts';
export { findResults, type ResultsService, resultsToken } from './results-service.ts';
