/** Colours of the chart, as the style sheet has them for this theme. */
interface ChartLook {
  readonly text: string;
  readonly grid: string;
  readonly bad: string;
  readonly uncertain: string;
  readonly setpoint: string;
  readonly lines: readonly string[];
}

let known: { readonly theme: string; readonly look: ChartLook } | undefined;

export function chartLook(): ChartLook {
  const theme = document.documentElement.dataset['theme'] ?? '';
  if (known?.theme === theme) return known.look;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const look = {
    text: colour('faint'),
    grid: colour('line'),
    bad: colour('critical'),
    uncertain: colour('high'),
    setpoint: colour('medium'),
    lines: ['1', '2', '3', '4', '5', '6', '7', '8'].map((number) => colour(`line-${number}`)),
  };
  known = { theme, look };
  return look;
}

const hatches = new Map<string, CanvasPattern>();

/** Strokes at 45°: what is hatched is seen without colours too. */
export function hatchOf(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const made = hatches.get(colour);
  if (made) return made;
  const tile = document.createElement('canvas');
  tile.width = 6;
  tile.height = 6;
  const pen = tile.getContext('2d');
  if (!pen) return colour;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  if (!pattern) return colour;
  hatches.set(colour, pattern);
  return pattern;
}
