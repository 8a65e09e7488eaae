import { styleText } from 'node:util';

/** One thing that happened to an order, at one of the systems. */
export interface TimelineEntry {
  at: Date;
  who: 'buyer' | 'checkout' | 'Seats.io' | 'payments' | 'TMT';
  what: string;
}

export interface OrderStory {
  title: string;
  orderId: string;
  workflowId: string;
  outcome: string;
  /** Whether it ended as the tour expects. */
  asExpected: boolean;
  entries: readonly TimelineEntry[];
  /** The order's page in the Temporal UI. */
  link: string | undefined;
}

type Style = Parameters<typeof styleText>[0];

const WHO_STYLE: Record<TimelineEntry['who'], Style> = {
  buyer: 'cyan',
  checkout: 'bold',
  'Seats.io': 'magenta',
  payments: 'yellow',
  TMT: 'blue',
};
const WHO_WIDTH = 'checkout'.length + 2;

/** Writes text in colour, or plain when the output is no terminal or the person wants none. */
export function stylerFor(stream: NodeJS.WriteStream): (style: Style, text: string) => string {
  const colour = stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** The story of one order as a block of lines, by time, with the pause before each. */
export function renderStory(story: OrderStory, style: ReturnType<typeof stylerFor>): string {
  const entries = [...story.entries].sort((a, b) => a.at.getTime() - b.at.getTime());
  const mark = story.asExpected ? style('green', '✔') : style('red', '✘');
  const lines = entries.map((entry, index) => {
    const before = entries[index - 1]?.at ?? entry.at;
    const pause = (entry.at.getTime() - before.getTime()) / 1000;
    const gap = pause >= 0.01 ? `+${pause.toFixed(2)} s` : '';
    const who = style(WHO_STYLE[entry.who], entry.who.padEnd(WHO_WIDTH));
    return `  ${style('dim', clockTime(entry.at))} ${style('dim', gap.padStart(9))}  ${who}${entry.what}`;
  });
  const outcome = style(story.asExpected ? ['bold', 'green'] : ['bold', 'red'], story.outcome);
  return [
    '',
    `${mark} ${style('bold', story.title)}  ${outcome}  ${style('dim', story.orderId)}`,
    ...lines,
    ...(story.link ? [`  ${style('dim', 'Temporal UI:')} ${style('underline', story.link)}`] : []),
  ].join('\n');
}

function clockTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
