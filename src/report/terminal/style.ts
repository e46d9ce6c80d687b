import pico from 'picocolors';

/** Colours and characters of a terminal: block graphics with colour, or nothing beyond ASCII without. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly accent: (text: string) => string;
  /** Heights of one character cell, empty first. */
  readonly heights: readonly string[];
  readonly bar: string;
  readonly line: string;
  readonly limit: string;
  readonly plusMinus: string;
  readonly squared: string;
  /** Makes a text fit for the terminal. */
  readonly finish: (text: string) => string;
}

export function styleFor(color: boolean): Style {
  const paint = pico.createColors(color);
  const colours = {
    bold: paint.bold,
    dim: paint.dim,
    good: paint.green,
    bad: paint.red,
    accent: paint.cyan,
  };
  if (color) {
    const heights = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const characters = { heights, bar: '█', line: '─', limit: '┃', plusMinus: '±', squared: 'R²' };
    return { ...colours, ...characters, finish: (text) => text };
  }
  const characters = {
    heights: [' ', '.', ':', '|'],
    bar: '#',
    line: '-',
    limit: '|',
    plusMinus: '+-',
    squared: 'R2',
  };
  return { ...colours, ...characters, finish: toAscii };
}

const ASCII: Readonly<Record<string, string>> = {
  µ: 'u',
  μ: 'u',
  Ω: 'Ohm',
  '°': 'deg ',
  '²': '2',
  '√': 'rt',
  '·': '*',
  '±': '+-',
  '…': '~',
};

function toAscii(text: string): string {
  return text.replace(/[^\n -~]/gu, (character) => ASCII[character] ?? '?').replace(/deg {2,}/g, 'deg ');
}

/** Characters that a text takes on the screen. */
export function widthOf(text: string): number {
  return [...text.replace(/\u001b\[\d+m/g, '')].length;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** A text without colour cut to a width. */
export function cut(text: string, width: number): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  return characters.length <= width
    ? characters.join('')
    : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Phrases joined by commas on as few lines as they fit, indented. */
export function wrapped(phrases: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const phrase of phrases) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + widthOf(phrase) + 3 <= width)
      lines[lines.length - 1] = `${last}, ${phrase}`;
    else {
      if (last !== undefined) lines[lines.length - 1] = `${last},`;
      lines.push(`  ${phrase}`);
    }
  }
  return lines;
}
