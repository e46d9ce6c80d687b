import { describe, expect, it } from 'vitest';
import {
  analysisFailure,
  assignmentRefusal,
  leavesTraces,
  loadFailure,
  measuredValue,
  printedValue,
} from './messages.ts';

const circuit = {
  text: 't\nv1 in 0 1\nr1 in out 1k\nd1 out 0 nomodel\n.end\n',
  sources: ['amp.cir'],
  origins: [{ line: 1, source: 0, sourceLine: 11 }],
};

describe('analysisFailure', () => {
  it('does not take a method that failed on the way for a failure', () => {
    const lines = [
      'Warning: singular matrix:  check node a',
      'Warning: Dynamic gmin stepping failed',
      'Warning: source stepping failed',
      'Note: Transient op finished successfully',
    ];
    expect(analysisFailure(lines, 'op')).toBeUndefined();
    expect(leavesTraces(lines)).toBe(true);
  });

  it.each([
    [
      ['doAnalyses: TRAN:  Timestep too small; time = 1e-06, timestep = 1.25e-20: trouble with node "a"'],
      'tran: no convergence, time step too small at 1e-06 s at a',
    ],
    [
      ['doAnalyses: OP:  Timestep too small; trouble with node "a"', 'op simulation(s) aborted'],
      'tran: no convergence, the steps became too small at a',
    ],
    [
      ['doAnalyses: DC:  Timestep too small;  v1 = 1.1: trouble with node "a"'],
      'tran: no convergence, the steps became too small at a with v1 = 1.1',
    ],
    [['doAnalyses: iteration limit reached'], 'tran: no convergence after the most iterations allowed'],
    [
      [
        'Warning: singular matrix:  check node v1#branch',
        'doAnalyses: OP:  Timestep too small; cause unrecorded.',
      ],
      'tran: singular matrix at v1#branch: a loop of sources, or a node without a way to ground',
    ],
  ])('says in plain words that %j did not converge', (lines, message) => {
    expect(analysisFailure(lines, 'tran')).toEqual({ status: 'convergence', message });
  });

  it('says what else ended an analysis', () => {
    const lines = [
      'Fatal error: DC Transfer Function: Voltage source, current source, or resistor named "v9" is not in the circuit',
      'doAnalyses: no such device',
      'dc simulation(s) aborted',
    ];
    const failure = analysisFailure(lines, 'dc');
    expect(failure?.status).toBe('analysis');
    expect(failure?.message).toContain('"v9" is not in the circuit');
  });
});

describe('loadFailure', () => {
  it('takes a warning for what it is', () => {
    const lines = ['Warning: Model issue on line 4 :', 'unrecognized parameter (isx) - ignored'];
    expect(loadFailure(['Note: No compatibility mode selected!', ...lines], circuit)).toBeUndefined();
  });

  it('finds the place of a missing model in the file of the user', () => {
    const lines = [
      "warning, can't find model 'nomodel' from line",
      'd1 out 0 nomodel',
      'Error on line 4 or its substitute:',
      'd1 out 0 nomodel',
      'could not find a valid modelname',
    ];
    expect(loadFailure(lines, circuit)).toMatchObject({
      code: 'MODEL_UNDEFINED',
      message: 'there is no model nomodel: d1 out 0 nomodel',
      place: { file: 'amp.cir', line: 14 },
    });
  });

  it('goes by the first word where ngspice counts lines differently, and by nothing where that is ambiguous', () => {
    const lines = (name: string) => [
      'Error on line 9 or its substitute:',
      `${name} out 0 nomodel`,
      'unknown parameter (zz)',
    ];
    expect(loadFailure(lines('d.x1.d1'), circuit)?.place).toEqual({ file: 'amp.cir', line: 14 });
    const twice = { ...circuit, text: circuit.text.replace('.end', 'd1 in 0 nomodel\n.end') };
    expect(loadFailure(lines('d1'), twice)?.place).toBeUndefined();
  });

  it.each([
    ['SUBCIRCUIT_UNDEFINED', 'Error: unknown subckt: x1 in out nosub', 'nosub'],
    ['PARAMETER_UNDEFINED', 'Undefined parameter [rr]', 'rr'],
  ])('%s', (code, line, name) => {
    const error = loadFailure([line], circuit);
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(
      `no ${code === 'PARAMETER_UNDEFINED' ? 'parameter' : 'subcircuit'} ${name}`,
    );
  });
});

describe('a parameter that a kind of device does not have', () => {
  it.each([
    ['rser', 'l1 n1 n2 1m rser=2.5', 'of their own'],
    ['delvto', 'mp1 a b vdd vdd pm w=20u l=2u delvto=0', 'BSIM'],
  ])('%s: says where it may come from', (name, statement, hint) => {
    const lines = ['Error on line 4 or its substitute:', `  ${statement}`, `  unknown parameter (${name}) `];
    const error = loadFailure(lines, circuit);
    expect(error?.message).toBe(
      `the simulator knows no parameter ${name} for a device of this kind: ${statement}`,
    );
    expect(error?.code).toBe('ENGINE_LOAD');
    expect(error?.remedy).toContain(hint);
  });
  it.each(['inf', '-nan', '-nan(ind)'])('%s is none, but a value', (value) => {
    const lines = [
      'Error on line 4 or its substitute:',
      `  r2 out 0 ${value}`,
      `  unknown parameter (${value}) `,
    ];
    const error = loadFailure(lines, circuit);
    expect(error?.message).toBe(`a value is ${value}, not a finite number: r2 out 0 ${value}`);
    expect(error?.remedy).toContain('division by zero');
  });
  it('of a model, which the simulator notices at a device', () => {
    const lines = [
      'Error on line 4 or its substitute:',
      '  d1 out 0 nomodel',
      '  vth: no such parameter on this device',
    ];
    expect(loadFailure(lines, circuit)?.message).toContain('knows no parameter vth');
  });
});

describe('assignmentRefusal', () => {
  it.each([
    ['Error: no such device or model name r7', 'no such device or model name r7'],
    ['Error: no such parameter nope.', 'no such parameter nope'],
    ["Error: parameter 'foo' not found,", "parameter 'foo' not found"],
  ])('%s', (line, reason) => {
    expect(assignmentRefusal([line])).toBe(reason);
  });

  it('lets warnings of models pass', () => {
    expect(assignmentRefusal(['Warning: Pd = 0 is less than W.'])).toBeUndefined();
  });
});

describe('printedValue', () => {
  it('reads what meas prints, and not a name that only begins alike', () => {
    const lines = ['bw10 = 2.0', 'bw1                 =  1.5915e+03 targ=  1 trig= 2'];
    expect(printedValue(lines, 'bw1')).toBe(1591.5);
    expect(printedValue(['meas ac bw1 when vdb(out)=-3 failed!'], 'bw1')).toBeUndefined();
  });
});

describe('measuredValue', () => {
  const told = { result: 'bw1', command: 'meas ac bw1 when mag(v(out))=0.5' };
  const lines = ['Error: no such vector as mag(v(out)).', 'bw1                 =  0.000000e+00'];

  it('is none where the simulator says that there is no such vector and prints 0 all the same', () => {
    expect(measuredValue(lines, told)).toBeNaN();
    expect(measuredValue(lines.slice(1), told)).toBe(0);
  });

  it('is what was printed where the vector that lacks is of another command', () => {
    const other = { result: 'bw1', command: 'meas ac bw1 when vm(out)=0.5' };
    expect(measuredValue(['Error: no such vector as v(a).', 'bw1 = 2.5e+01'], other)).toBe(25);
  });
});
