import type { Blow } from './plan.ts';
import type { Stage } from './stage.ts';

/** Deals a blow; the result undoes it. */
export async function strike(stage: Stage, blow: Blow): Promise<() => Promise<void>> {
  if (blow.kind === 'kill') return strikeDown(stage, blow.whom);
  if (blow.kind === 'link') {
    const link = stage.links.get(blow.link);
    if (blow.how === 'cut') link?.cut();
    else if (blow.how === 'half-open') link?.hang();
    else link?.throttle();
    return () => Promise.resolve(link?.mend());
  }
  if (blow.kind === 'disk') {
    stage.disk.fill();
    return () => Promise.resolve(stage.disk.free());
  }
  if (blow.kind === 'clock') {
    stage.agent.setClock(blow.offsetMs);
    return () => Promise.resolve(stage.agent.setClock(0));
  }
  if (blow.kind === 'certificate') {
    await stage.broker.present('expired');
    return () => stage.broker.present('good');
  }
  if (blow.kind === 'receiver') {
    stage.receivers.lie(blow.how);
    return () => Promise.resolve(stage.receivers.lie(undefined));
  }
  if (blow.kind === 'plant') {
    await tell(stage, 'POST', '/set', blow.set);
    return () => tell(stage, 'POST', '/set', blow.back);
  }
  await tell(stage, 'POST', '/fault', blow.fault);
  return () => tell(stage, 'DELETE', `/fault?device=${blow.fault.device}&kind=${blow.fault.fault.kind}`);
}

async function strikeDown(stage: Stage, whom: Extract<Blow, { kind: 'kill' }>['whom']): Promise<() => Promise<void>> {
  if (whom === 'broker') {
    await stage.broker.kill('SIGKILL');
    return () => stage.broker.start();
  }
  const actor = whom === 'agent' ? stage.agent : stage.plant;
  await actor.kill();
  return () => actor.start();
}

/** The simulators may just be dead; who is dead has no faults either. */
async function tell({ plant }: Stage, method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(`${plant.endpoints().control}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  if (answer && !answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}
