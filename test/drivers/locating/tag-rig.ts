import type { SiteEvent } from '#agent/model/event.ts';
import type { TagFix, TagState } from '#agent/model/tag.ts';
import { SourceError } from '#drivers/driver.ts';
import { LineRig } from '../line-rig.ts';

const PATIENCE_MS = 15_000;

/** A driver of tags, and what it says of them. Tags by the number that the simulator gives them. */
export class TagRig extends LineRig {
  fixes(tag: bigint): readonly TagFix[] {
    return this.source.facts.filter((fact) => fact.kind === 'tag-fix').filter((fix) => fix.tag === tag.toString());
  }

  fix(tag: bigint): TagFix | undefined {
    return this.fixes(tag).at(-1);
  }

  states(tag: bigint): readonly TagState[] {
    return this.source.facts
      .filter((fact) => fact.kind === 'tag-state')
      .filter((state) => state.tag === tag.toString());
  }

  events(kind: string): readonly SiteEvent[] {
    return this.source.signals
      .flatMap((signal) => (signal.type === 'event' ? [signal.event] : []))
      .filter((event) => event.kind === kind);
  }

  get retryAfterMs(): number {
    const { end } = this.source;
    return typeof end === 'object' && end.error instanceof SourceError ? end.error.retryAfterMs : 0;
  }

  waitFor(what: string, condition: () => boolean): Promise<void> {
    return this.source.until(what, condition, PATIENCE_MS);
  }
}
