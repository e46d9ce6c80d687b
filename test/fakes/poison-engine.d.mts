export const CRASHES: number;
export const HANGS: number;
export const HOGS: number;
