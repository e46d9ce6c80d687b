import { DockerfileParser } from 'dockerfile-ast';

/**
 * The stages of a Dockerfile by name, in its order: what a stage is from, its instructions as they are written, and the configuration of the
 * image that it ends as, in the words of the OCI image specification; that of the stage it is from included.
 */
export function readStages(text) {
  const stages = new Map();
  let stage;
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction.getImage();
      stage = { from, lines: [], config: { ...stages.get(from)?.config } };
      stages.set(instruction.getBuildStage() ?? String(stages.size), stage);
    }
    stage?.lines.push(instruction.getTextContent());
    if (stage) Object.assign(stage.config, configured(instruction, stage.config));
  }
  return stages;
}

function configured(instruction, config) {
  switch (instruction.getKeyword()) {
    case 'ENV': {
      const added = instruction.getProperties().map((each) => `${each.getName()}=${each.getValue()}`);
      return { Env: [...(config.Env ?? []), ...added] };
    }
    case 'USER':
      return { User: instruction.getArgumentsContent() };
    case 'WORKDIR':
      return { WorkingDir: instruction.getArgumentsContent() };
    case 'ENTRYPOINT':
      return { Entrypoint: words(instruction) };
    case 'CMD':
      return { Cmd: words(instruction) };
    default:
      return {};
  }
}

const words = (instruction) => instruction.getJSONStrings().map((each) => JSON.parse(each.getValue()));
