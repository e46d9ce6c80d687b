import { OK, statusCode } from '../plan/table.ts';

const MEASUREMENT = statusCode('measurement');

/** Whether a row's finite measurements count: it is ok, or only some of its measurements never fired. */
export const usable = (status: number): boolean => status === OK || status === MEASUREMENT;
