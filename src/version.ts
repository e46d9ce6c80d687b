declare const __SPICELAB_VERSION__: string | undefined;

/** Of this package; the bundler fills it in. */
export const VERSION: string = typeof __SPICELAB_VERSION__ === 'string' ? __SPICELAB_VERSION__ : 'source';
