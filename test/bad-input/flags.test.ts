import { describe, it } from 'vitest';
import { workFolder } from '../command/command.ts';
import { expectRefusal, type Words } from './refusal.ts';

const BW = ['--measure', 'bw=when(vdb(out),-3)'];
const R1 = ['--vary', 'R1=normal(1%)'];
const C1 = ['--vary', 'C1=normal(1%)'];

describe('a typing mistake in a flag is refused with what to type', async () => {
  const folder = await workFolder();
  const refused: readonly (readonly [string, readonly string[], Words])[] = [
    ['distribution', ['--vary', 'R1=norml(1k,1%)'], ['--vary "R1=norml(1k,1%)"', 'Did you mean normal']],
    ['open bracket', ['--vary', 'R1=normal(1k,1%'], ['do not pair up', 'normal(1k, 1%)']],
    ['no distribution', ['--vary', 'R1=1k'], ['"1k" is not a distribution', 'normal(1%)']],
    ['no equals sign', ['--vary', 'R1'], ['does not say what varies', 'TARGET=DISTRIBUTION']],
    ['nothing to vary', ['--vary', ''], ['--vary ""', 'empty']],
    ['negative sigma', ['--vary', 'R1=normal(1k,-1)'], ['sigma below 0']],
    ['negative share', ['--vary', 'R1=normal(-1%)'], ['sigma below 0']],
    ['two readings', ['--vary', 'R1=uniform(1k,2k)'], ['uniform(1k, tol=2k)', 'uniform(low=1k, high=2k)']],
    ['too many arguments', ['--vary', 'R1=normal(1,2,3,4,5)'], ['at most 4 arguments']],
    ['no values', ['--vary', 'R1=discrete()'], ['no values', 'discrete(1k, 2k, 4k)']],
    ['file of values', ['--vary', 'R1=empirical("no.csv")'], ['no.csv', 'there is no such file']],
    ['unknown target', [...BW, '--vary', 'R2=normal(1%)'], ['nothing named "R2"', 'Did you mean r1']],
    ['unknown wildcard', [...BW, '--vary', 'Q*=normal(1%)'], ['nothing in the deck matches "Q*"']],
    ['unknown parameter', [...BW, '--vary', 'R1.foo=normal(1%)'], ['r1 has no parameter "foo"', 'tc1']],
    ['misspelt temp', [...BW, '--vary', 'tmep=normal(27,1)'], ['Did you mean temp']],
    ['share of nothing', [...BW, '--vary', 'V1=normal(1%)'], ['nominal value is 0', 'V1=normal(0, 2m)']],
    ['varied twice', [...R1, ...R1], ['R1 is varied twice']],
    ['correlation above 1', [...R1, ...C1, '--correlate', 'R1,C1=1.5'], ['between -1 and 1']],
    ['correlation of one', [...R1, '--correlate', 'R1=0.5'], ['R1,R2=0.9']],
    ['correlation of a stranger', [...BW, ...R1, '--correlate', 'R1,C2=0.5'], ['"C2"', 'c1']],
    ['function', [...R1, '--measure', 'bw=whne(vdb(out),-3)'], ['no function "whne"', 'Did you mean when']],
    ['node', [...R1, '--measure', 'x=vdb(outt)'], ['no node "outt"', 'Did you mean out']],
    ['device', [...R1, '--measure', 'x=@r2[i]'], ['no device "r2"', 'r1']],
    ['measurement bracket', [...R1, '--measure', 'x=v(out'], ['not understood', 'column']],
    ['analysis of a measurement', [...R1, '--measure', 'x=tran:v(out)'], ['"tran", which is not run', 'ac']],
    ['two of one name', [...R1, ...BW, ...BW], ['two measurements are named bw']],
    ['two signs', [...R1, ...BW, '--spec', 'bw>>1'], ['--spec "bw>>1"', '1k<bw<2k']],
    ['spec on nothing', [...R1, ...BW, '--spec', 'bww>1'], ['no measurement "bww"', 'Did you mean bw']],
    ['spec without limit', [...R1, ...BW, '--spec', 'bw'], ['has no limit']],
    ['spec with equals', [...R1, ...BW, '--spec', 'bw=1k'], ['has no limit']],
    ['spec upside down', [...R1, ...BW, '--spec', '2k<bw<1k'], ['lower limit above']],
    ['empty spec', [...R1, ...BW, '--spec', ''], ['--spec ""', 'empty']],
    ['analysis', [...R1, '--analysis', 'ca dec 10 1 1k'], ['no analysis', 'ac dec 10 1 1meg']],
    ['unfinished analysis', [...R1, ...BW, '--analysis', 'ac dec 10'], ['incomplete', 'ac dec 10 1 1meg']],
    ['command as analysis', [...R1, '--analysis', 'shell ls'], ['no analysis']],
    ['vector', [...R1, ...BW, '--save', 'v(nowhere)'], ['no node "nowhere"']],
    ['corner setting', [...R1, ...BW, '--corner', 'hot: tmp=125'], ['"tmp"', 'Did you mean temp']],
    ['corner number', [...R1, ...BW, '--corner', 'hot: temp=abc'], ['"abc", which is no number']],
    ['section', [...R1, ...BW, '--corner', 'tt'], ['section "tt"', 'no .lib line']],
    ['zip', [...R1, '--zip', 'R1,C1'], ['zipped but not swept']],
    ['sweep', ['--sweep', 'R1=lni(1,2,3)'], ['no sweep "lni"', 'lin(0, 5, 11)']],
    ['logarithm of a negative', ['--sweep', 'R1=dec(-1,10,5)'], ['cannot lead from -1 to 10']],
    ['endless sweep', ['--sweep', 'R1=lin(1k,2k,1e12)'], ['too long']],
    ['samples', ['-n', 'abc'], ['--samples', '"abc" is not a number']],
    ['no samples', ['-n', '0'], ['at least 1', '10k']],
    ['half a sample', ['-n', '1.5'], ['whole number']],
    ['more than can be counted', [...R1, '-n', '1e300'], ['--samples', 'whole number']],
    ['seed', [...R1, '--seed', '-1'], ['--seed', 'at least 0']],
    ['sampling', ['--sampling', 'sbol'], ['random, sobol, lhs']],
    ['confidence', ['--confidence', '95'], ['0.95 or 95%']],
    ['timeout', ['--timeout', '-1'], ['greater than 0']],
    ['workers', ['--workers', 'two'], ['--workers']],
    ['flag', ['--spce', 'bw>1'], ['--spce', 'Did you mean --spec', '--help']],
  ];
  it.each(refused)('%s', async (_name, flags, words) => {
    await expectRefusal(folder, ['mc', 'rc-lowpass.cir', ...flags, '--explain'], words);
  });

  const refusedAtStart: readonly (readonly [string, readonly string[], Words])[] = [
    ['engine', ['--engine', 'wsam'], ["no engine 'wsam'", 'Did you mean wasm']],
    ['backend', ['--engine', 'wasm', '--on', 'loacl'], ["no backend 'loacl'", 'Did you mean local']],
    [
      'library',
      ['--engine', 'libngspice', '--engine-path', '/no/lib.so'],
      ['/no/lib.so', 'Correct the path'],
    ],
    ['program', ['--engine', 'ngspice', '--engine-path', '/no/ngspice'], ['/no/ngspice', 'Correct the path']],
    ['rule', ['--until', 'yeild +-1%'], ['not a stopping rule', '"yield +-0.5%"']],
    ['rule without width', ['--until', 'yield'], ['not a stopping rule']],
    ['rule of no spec', ['--until', 'yield +-1%'], ['needs a spec', '--spec']],
    ['rule of no measurement', ['--until', 'mean(bww) +-1%'], ["'bww'", 'Did you mean bw']],
  ];
  it.each(refusedAtStart)('%s', async (_name, flags, words) => {
    await expectRefusal(folder, ['mc', 'rc-lowpass.cir', ...R1, ...BW, ...flags], words);
  });

  it('correlations that contradict each other', async () => {
    const pairs = ['--correlate', 'M1.delvto,M2.delvto=0.9', '--correlate', 'M2.delvto,M3.delvto=0.9'];
    const flags = ['--vary', 'M*.delvto=normal(0,2m)', ...pairs, '--correlate', 'M1.delvto,M3.delvto=-0.9'];
    const words = ['positive semidefinite', 'contradict each other'];
    await expectRefusal(folder, ['mc', 'ota.cir', ...flags, '--explain'], words);
  });

  const commands: readonly (readonly [string, readonly string[], Words])[] = [
    ['command', ['mcc', 'rc-lowpass.cir'], ["unknown command 'mcc'", 'Did you mean mc']],
    ['no deck', ['mc'], ["missing required argument 'deck'", 'spicelab mc --help']],
    ['two decks', ['mc', 'rc-lowpass.cir', 'ota.cir'], ['too many arguments']],
    ['sweep of nothing', ['sweep', 'rc-lowpass.cir'], ['nothing to sweep', 'R1=lin(1k, 2k, 11)']],
    [
      'extremes of nothing',
      ['worst-case', 'rc-lowpass.cir', '--measure', 'bw=when(vdb(out),-3)'],
      ['nothing has a tolerance', 'R1=uniform(5%)'],
    ],
    ['shell', ['completion', 'tcsh'], ['bash, zsh, fish']],
    ['extension by nothing', ['extend', 'run'], ['--samples']],
  ];
  it.each(commands)('%s', async (_name, args, words) => {
    await expectRefusal(folder, args, words);
  });
});
