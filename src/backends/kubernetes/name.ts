/** What `--on` calls it, and what the records of runs call it. */
export const NAME = 'k8s';
