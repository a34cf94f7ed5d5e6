/** Does one step and shows it as `runSteps` does, without a number; resolves to what the work gives. */
export async function step(title, usualSeconds, work, output = process.stdout) {
  return perform({ title, usualSeconds, work }, displayOn(output));
}

/**
 * Does steps in lanes: those of a lane one after the other, the lanes side by side. Shows a line that is brought up
 * to date on a terminal, and plain lines otherwise. After a failure no further step begins.
 */
export async function runSteps(lanes, output = process.stdout) {
  const total = lanes.flat().length;
  const display = displayOn(output);
  let number = 0;
  let failed = false;
  const runLane = async (steps) => {
    for (const { title, ...rest } of steps) {
      if (failed) return;
      number += 1;
      try {
        await perform({ title: `[${number}/${total}] ${title}`, ...rest }, display);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(lanes.map(runLane));
  const failures = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) {
    throw new AggregateError(failures, failures.map(({ message }) => message).join('\n\n'));
  }
}

async function perform(step, display) {
  const shown = { ...step, started: performance.now() };
  display.begin(shown);
  try {
    const result = await step.work();
    display.end(shown, 'done in');
    return result;
  } catch (error) {
    display.end(shown, 'failed after');
    throw error;
  }
}

function displayOn(output) {
  return output.isTTY ? new LiveLine(output) : new PlainLines(output);
}

function seconds(step) {
  return `${Math.round((performance.now() - step.started) / 1000)} s`;
}

class PlainLines {
  constructor(output) {
    this.output = output;
  }

  begin({ title, usualSeconds }) {
    this.output.write(`${title}: usually ${usualSeconds} s\n`);
  }

  end(step, how) {
    this.output.write(`${step.title}: ${how} ${seconds(step)}\n`);
  }
}

class LiveLine {
  running = new Set();

  constructor(output) {
    this.output = output;
  }

  begin(step) {
    this.running.add(step);
    this.timer ??= setInterval(() => this.show(), 500);
    this.show();
  }

  end(step, how) {
    this.running.delete(step);
    this.output.write(`\r\u001b[K${step.title}: ${how} ${seconds(step)}\n`);
    if (this.running.size > 0) return this.show();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  show() {
    const parts = [...this.running].map(
      (step) => `${step.title}: ${seconds(step)} of about ${step.usualSeconds} s`,
    );
    // A line that wraps could not be brought up to date.
    this.output.write(`\r${parts.join('  ').slice(0, (this.output.columns || 80) - 1)}\u001b[K`);
  }
}
