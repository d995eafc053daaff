import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SitePort } from '../site-port.ts';
import { plansOf } from './plan-view.ts';
import type { KeptPlan, PlanDrawing, PlanFrame, PlanMark, PlanView } from './plan-view.ts';

const SCOPE = 'page-plan';
const metre = z.number().min(-1e7).max(1e7);

export const frameSchema = z.strictObject({ left: metre, right: metre, bottom: metre, top: metre });
export const markSchema = z.strictObject({ of: z.string().min(1).max(300), x: metre, y: metre });

const keptSchema = z.object({
  drawing: z
    .object({
      file: z.string().regex(/^[0-9a-f]{64}\.(?:png|jpg|webp)$/),
      type: z.string(),
      width: z.number(),
      height: z.number(),
      sha256: z.string(),
    })
    .optional(),
  frame: frameSchema.optional(),
  marks: z.array(markSchema),
});

/** Drawings and what stands on them. A drawing is a file; all else is remembered with the site's state. */
export interface PlanBook {
  readonly plans: () => readonly PlanView[];
  readonly plan: (id: string) => PlanView | undefined;
  /** Written whole or not at all. Throws what the disk says. */
  readonly setDrawing: (plan: string, drawing: PlanDrawing, bytes: Uint8Array) => void;
  readonly removeDrawing: (plan: string) => void;
  readonly place: (plan: string, placed: { readonly frame?: PlanFrame; readonly marks?: readonly PlanMark[] }) => void;
}

export function openPlanBook({ grounds, state, remember }: SitePort, directory: string): PlanBook {
  const keptOf = (plan: string): KeptPlan | undefined => keptSchema.safeParse(state(SCOPE).get(plan)).data;
  const change = (plan: string, more: Partial<KeptPlan>): void =>
    remember(SCOPE, plan, { marks: [], ...keptOf(plan), ...more });
  const plans = (): readonly PlanView[] => plansOf(grounds(), keptOf);

  /** Two floors may have the same drawing. */
  const forget = (drawing: PlanDrawing | undefined): void => {
    const isShown = [...state(SCOPE).keys()].some((plan) => keptOf(plan)?.drawing?.file === drawing?.file);
    if (drawing && !isShown) rmSync(join(directory, drawing.file), { force: true });
  };

  return {
    plans,
    plan: (id) => plans().find((one) => one.id === id),
    setDrawing(plan, drawing, bytes) {
      const before = keptOf(plan)?.drawing;
      const path = join(directory, drawing.file);
      mkdirSync(directory, { recursive: true });
      writeFileSync(`${path}.new`, bytes, { flush: true });
      renameSync(`${path}.new`, path);
      change(plan, { drawing });
      if (before?.file !== drawing.file) forget(before);
    },
    removeDrawing(plan) {
      const before = keptOf(plan)?.drawing;
      change(plan, { drawing: undefined });
      forget(before);
    },
    place(plan, placed) {
      change(plan, placed);
    },
  };
}
