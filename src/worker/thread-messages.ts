import type { EngineIdentity, EngineOptions } from '../engine.ts';
import type { SerializedError } from '../errors/index.ts';
import type { Chunk, PartPayload } from '../protocol/index.ts';

/** What the main thread tells the engine's thread; done in the order of arrival. */
export type ToThread =
  | {
      readonly type: 'load';
      readonly planId: string;
      readonly plan: Uint8Array;
      readonly engine: string;
      readonly options: EngineOptions;
    }
  | { readonly type: 'run'; readonly chunk: Chunk }
  | { readonly type: 'close' };

/** One answer to each of the above. */
export type FromThread =
  | { readonly type: 'loaded'; readonly planId: string; readonly engine: EngineIdentity }
  | { readonly type: 'refused'; readonly planId: string; readonly error: SerializedError }
  | { readonly type: 'part'; readonly chunk: string; readonly part: PartPayload }
  | { readonly type: 'failed'; readonly chunk: string; readonly error: SerializedError }
  | { readonly type: 'closed' };
