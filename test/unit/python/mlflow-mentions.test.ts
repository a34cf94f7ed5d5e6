import assert from 'node:assert/strict';
import { experimentIn, mentionsIn } from '../../../src/python/mlflow-mentions.ts';

const server = 'https://mlflow.company.example';

describe('What a file says of MLflow', () => {
  for (const [what, text] of [
    ['an import', 'import os\nimport mlflow\n'],
    ['an import of a part', 'from mlflow.tracking import MlflowClient'],
    ['an import in a function', 'def f():\n    import mlflow'],
    ['a cell of a notebook', '{"source": ["import numpy\\n",\n "import mlflow"]}'],
    ['one import of several', 'import os, mlflow'],
    ['one import of several with names', 'import numpy as np, mlflow as m'],
    ['a requirement with a remark', 'mlflow # tracking'],
    ['a requirement with an address', 'mlflow-skinny @ https://files.example/mlflow.whl'],
    ['a bare dependency in one line', 'dependencies = ["mlflow"]'],
    ['the first dependency in one line', "dependencies = ['mlflow-skinny', 'pandas']"],
    ['a requirement', 'numpy\nmlflow>=2.9\n'],
    ['a bare requirement', 'mlflow\r\nnumpy'],
    ['a requirement of the small package', 'mlflow-skinny==3.17.2'],
    ['a dependency of a project', '[project]\ndependencies = [\n  "mlflow>=3",\n]'],
    ['an environment of conda', 'dependencies:\n  - mlflow=3.1'],
  ] as const) {
    it(`is that it is used, by ${what}`, () => assert.equal(mentionsIn(text).isUsed, true));
  }

  for (const [what, text] of [
    ['another package', 'import mlflowx\nimport my_mlflow'],
    ['a comment', '# we used mlflow once'],
    ['a sentence', 'This is about mlflow and others.'],
  ] as const) {
    it(`is nothing in ${what}`, () => {
      assert.deepEqual(mentionsIn(text), { isUsed: false, trackingUris: [] });
    });
  }

  for (const [what, text] of [
    ['a call', `mlflow.set_tracking_uri("${server}")`],
    ['a call over lines', `mlflow.set_tracking_uri(\n    '${server}'\n)`],
    ['a cell of a notebook', String.raw`"mlflow.set_tracking_uri(\"${server}\")\n"`],
    ['a .env file', `A=1\nMLFLOW_TRACKING_URI=${server}\n`],
    ['a shell script', `export MLFLOW_TRACKING_URI="${server}"`],
    ['code that sets the variable', `os.environ["MLFLOW_TRACKING_URI"] = "${server}"`],
    ['YAML', `env:\n  MLFLOW_TRACKING_URI: ${server}`],
    ['JSON', `{"MLFLOW_TRACKING_URI": "${server}"}`],
  ] as const) {
    it(`is the tracking server, by ${what}`, () => {
      assert.deepEqual(mentionsIn(text), { isUsed: true, trackingUris: [server] });
    });
  }

  it('is each server once, in order', () => {
    const text = [server, 'http://localhost:5000', server]
      .map((uri) => `set_tracking_uri("${uri}")`)
      .join('\n');
    assert.deepEqual(mentionsIn(text).trackingUris, [server, 'http://localhost:5000']);
  });

  it('is no place that is no server', () => {
    assert.deepEqual(mentionsIn('mlflow.set_tracking_uri("sqlite:///a.db")').trackingUris, []);
  });

  it('are found at once, whatever a file is made of', () => {
    const units = [
      'import',
      ' ',
      'a,',
      'a as b, ',
      'a.',
      '\nimport a, ',
      '" ',
      '; ',
      '"mlflow ',
      '\n\t',
      'from\t',
    ];
    const addresses = ['MLFLOW_TRACKING_URI ', 'set_tracking_uri( ', "MLFLOW_TRACKING_URI='http://"];
    const beginnings = ['', 'import ', '"mlflow', 'MLFLOW_TRACKING_URI', 'set_tracking_uri(', ';'];
    for (const unit of [...units, ...addresses]) {
      for (const beginning of beginnings) {
        const text = beginning + unit.repeat(500_000 / unit.length);
        const startedAt = performance.now();
        mentionsIn(text);
        assert.ok(performance.now() - startedAt < 5000, JSON.stringify([beginning, unit]));
      }
    }
  });
});

describe('The experiment that code names', () => {
  for (const [code, name] of [
    ['mlflow.set_experiment("churn")', 'churn'],
    ["set_experiment( experiment_name = 'churn 2' )", 'churn 2'],
    ['mlflow.set_experiment("first")\nmlflow.set_experiment("second")', 'second'],
    ['mlflow.set_experiment(name)', undefined],
    ['# nothing', undefined],
  ] as const) {
    it(`is ${name ?? 'none'} in ${code}`, () => assert.equal(experimentIn(code), name));
  }
});
