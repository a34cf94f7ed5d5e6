import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { examine } from './examine.ts';
import { tryExamples } from './examples.ts';
import type { ExampleResult } from './examples.ts';
import { ways } from './rows.ts';
import { Scene } from './scene.ts';
import type { Expected, Result } from './way.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string', multiple: true, default: [''] },
    source: { type: 'string' },
  },
});

const chosen = ways.filter(({ name }) => options.only.some((words) => name.includes(words)));
const scene = await Scene.open();
const results: Result[] = [];
const examples: ExampleResult[] = [];
let differs = 0;
try {
  for (const way of chosen) {
    if (way.cannot !== undefined) {
      console.log(`–  ${way.name}: ${way.cannot}`);
      continue;
    }
    const result = await examine(way, scene);
    results.push(result);
    const isRight = fits(result, way.expected);
    if (!isRight) differs += 1;
    const { name, said, ...found } = result;
    console.log(
      `${isRight ? '✓' : '✗'}  ${name}: ${JSON.stringify(found)}${said === undefined ? '' : ` ${said}`}`,
    );
  }
  scene.connect();
  for await (const example of tryExamples(scene, { only: options.only, source: options.source })) {
    const { name, isComplete, found } = example;
    examples.push(example);
    if (!isComplete) differs += 1;
    console.log(
      `${isComplete ? '✓' : '✗'}  ${name}${found === undefined ? '' : `: ${JSON.stringify(found)}`}`,
    );
  }
} finally {
  await scene.close();
}
if (options.json !== undefined)
  await writeFile(options.json, `${JSON.stringify({ ways: results, examples }, undefined, 2)}\n`);
console.log(
  `${results.length} ways and ${examples.length} examples, of which ${differs} are not as expected.`,
);
process.exitCode = differs === 0 ? 0 : 1;

function fits(
  { envUri, hardCoded, otherServer, afterDisconnect, said }: Result,
  expected: Expected,
): boolean {
  return (
    envUri === expected.envUri &&
    hardCoded === expected.hardCoded &&
    otherServer === expected.otherServer &&
    afterDisconnect === expected.afterDisconnect &&
    (expected.said?.test(said ?? '') ?? true)
  );
}
