import type { PlanView } from '../../plan/plan-view.ts';
import type { PlanPoint } from './plan-space.ts';

/** As `zones` of a headcount have it. */
export const zoneKinds = ['ordinary', 'high-risk', 'maintenance', 'muster'] as const;

export interface DrawnZone {
  readonly id: string;
  readonly name: string;
  readonly kind: (typeof zoneKinds)[number];
  /** In order; metres of the plan's map. */
  readonly corners: readonly PlanPoint[];
}

/** An entry of `zones`, in one line of YAML. JSON's quotes are YAML's, whatever stands between them. */
export function zoneText({ id, name, kind, corners }: DrawnZone, { id: plan, floor }: PlanView): string {
  const map = floor === undefined ? plan : plan.slice(0, -floor.length - 1);
  const polygon = corners.map(({ x, y }) => `[${x}, ${y}]`).join(', ');
  const keys = [
    `id: ${JSON.stringify(id)}`,
    ...(name === '' ? [] : [`name: ${JSON.stringify(name)}`]),
    `kind: ${kind}`,
    `map: ${JSON.stringify(map)}`,
    ...(floor === undefined ? [] : [`floors: [${JSON.stringify(floor)}]`]),
    `polygon: [${polygon}]`,
  ];
  return `      - { ${keys.join(', ')} }`;
}
