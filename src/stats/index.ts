export { chiSquareQuantile, normalCdf, normalQuantile, studentQuantile } from './distributions.ts';
export { cpkInterval, kurtosisInterval, meanInterval, sigmaInterval, skewnessInterval } from './intervals.ts';
export { Moments } from './moments.ts';
export { clopperPearson, wilson } from './proportion.ts';
export { replicateInterval } from './replicates.ts';
export {
  fixedWidthConfidence,
  lookConfidence,
  sequentialMean,
  sequentialProportion,
  sequentialSigma,
} from './sequential.ts';
