const isTerminal = process.stdout.isTTY === true;

/** Runs one step and shows its time: a line that is brought up to date on a terminal, one line otherwise. */
export async function step(title, usualSeconds, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const usual = usualSeconds >= 5 ? `, usually ${usualSeconds} s` : '';
  const show = (mark, detail) => `${mark} ${title} (${seconds()} s${detail})`;
  let timer;
  if (isTerminal) {
    timer = setInterval(() => process.stdout.write(`\r${show('…', usual)}\u001b[K`), 500);
  } else if (usualSeconds >= 5) {
    console.log(`… ${title}${usual.replace(',', ':')}`);
  }
  try {
    const result = await work();
    console.log(`${isTerminal ? '\r\u001b[K' : ''}${show('✓', '')}`);
    return result;
  } catch (error) {
    console.log(`${isTerminal ? '\r\u001b[K' : ''}${show('✗', '')}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
