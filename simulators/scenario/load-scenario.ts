import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { scenarioSchema, type Scenario } from './scenario.ts';

const directory = new URL('../scenarios/', import.meta.url);

/** Names of the scenarios that come with Firewatch. */
export const scenarioNames = async (): Promise<string[]> =>
  (await readdir(directory))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();

/** One of the scenarios that come with Firewatch. */
export const loadNamedScenario = async (name: string): Promise<Scenario> => {
  const names = await scenarioNames();
  if (!names.includes(name))
    throw new Error(`scenario ${name}: there is none of that name; there are ${names.join(', ')}`);
  return loadScenarioFile(fileURLToPath(new URL(`${name}.yaml`, directory)));
};

export const loadScenarioFile = async (path: string): Promise<Scenario> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`scenario ${path}: the file can't be read: ${reason(cause)}`, { cause });
  });
  const parsed = scenarioSchema.safeParse(parsedYaml(text, path));
  if (!parsed.success) throw new Error(`scenario ${path}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

const parsedYaml = (text: string, path: string): unknown => {
  try {
    return parse(text);
  } catch (cause) {
    throw new Error(`scenario ${path}: ${reason(cause)}`, { cause });
  }
};

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
