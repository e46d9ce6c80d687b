/** Of the OCI image specification. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
}

export interface Stage {
  readonly from: string;
  readonly lines: readonly string[];
  readonly config: ImageConfig;
}

export function readStages(text: string): Map<string, Stage>;
