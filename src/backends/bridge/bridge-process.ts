import { type FromBridge, fromBridgeSchema, type ToBridge } from './messages.ts';
import { type PythonListener, PythonProcess } from './python-process.ts';

/** The Python process that carries chunks to a cluster. */
export class BridgeProcess extends PythonProcess<FromBridge, ToBridge> {
  /** @param settings environment variables for the bridge */
  constructor(
    python: string,
    kind: string,
    settings: Readonly<Record<string, string>>,
    listener: PythonListener<FromBridge>,
  ) {
    super(python, kind, settings, fromBridgeSchema, listener);
  }
}
