/** A command of the tests: nobody but the attacker asks for it. */
export const harmfulCommand = 'mlflowWords.harm';

const host = 'hostile.example';

/** By what they try; what others may write into a setting, a response, a variable or the name of a file. */
export const hostileTexts: Readonly<Record<string, string>> = {
  'a link to a command': `Sign in again. [Sign in](command:${harmfulCommand})`,
  'a link to a command with arguments': `[Sign in](command:${harmfulCommand}?%5B%22x%22%5D "Sign in")`,
  'a link in capitals': `[Sign in](COMMAND:${harmfulCommand})`,
  'a link within brackets': `[[Sign in]](command:${harmfulCommand}) [a](b)[c](command:${harmfulCommand})`,
  'a link with hidden characters': `[Sign in]\u200b(command:${harmfulCommand}) [Sign in](\u2060command:${harmfulCommand})`,
  'a link over two lines': `[Sign\nin](command:${harmfulCommand}) [Sign in]\n(command:${harmfulCommand})`,
  'a link to the web': `[Sign in](https://${host}/sign-in) [mail](mailto:a@${host})`,
  'a link to a file': '[Sign in](file:///etc/passwd)',
  'an address alone': `https://${host}/a www.${host}/b //${host}/c a@${host} command:${harmfulCommand}`,
  'an address in angle brackets': `<https://${host}/x> <command:${harmfulCommand}>`,
  'a link with a reference': `[Sign in][1] [1]: command:${harmfulCommand}`,
  'a reference on a line of its own': `[Sign in][1]\n\n[1]: command:${harmfulCommand}\n`,
  icons: '$(pass-filled) $(key~spin) \\$(error) &#36;(warning) $(pass',
  'a picture': `![x](https://${host}/pixel.png) ![x](command:${harmfulCommand})`,
  HTML: `<a href="command:${harmfulCommand}">Sign in</a><img src=x onerror=alert(1)><h1>Title</h1><br>`,
  'HTML entities': `&lt;a href=&quot;command:${harmfulCommand}&quot;&gt;Sign in&lt;/a&gt; &#91;x&#93;(command:${harmfulCommand})`,
  Markdown: '# Title **bold** `code` ~~gone~~ | cell | --- _it_ \\ \n- item\n> quote\n\n```\nfence',
  'a formula': '$\\color{red}{\\Huge x}$ $$\\href{https://hostile.example}{x}$$',
  controls: 'a\u0000b\u0007c\u0008d\u001be\u007ff\u0085g\u009bh',
  'terminal sequences': '\u001b[2J\u001b[31mred\u001b]8;;https://hostile.example\u0007link\u001b]8;;\u0007',
  'writing from right to left': 'user\u202Egnp.exe\u202C \u2066x\u2069 \u200fy',
  'invisible characters': 'pay\u200Bpal\u200D\u2060\uFEFF\u00AD\u{E0041}\u{E0001}\u115F\u3164\u2800',
  'line breaks': 'x\r\nTracking server: https://a\u2028y\u2029z\u000bw\u000cv',
  'a line of the log': 'x\n2026-01-01 00:00:00.000 [info] Approved by the user',
  'a line of the log after a return': 'x\r2026-01-01 00:00:00.000 [error] Approved by the user',
  'our own words': 'MLflow Secrets Auth: Connected to MLflow. Press Enter again to use it anyway.',
  'our own words in other letters': 'MLflow Ѕecrets Аuth: Сonnected to MLflow.',
  'a very long text': `${'x'.repeat(20_000)} [Sign in](command:${harmfulCommand})`,
  'very many blanks': `x${' '.repeat(5000)}y`,
  'towers of marks': `e${'\u0301'.repeat(300)}`,
  'a command line': '`touch x`; $(touch x) && touch x | touch x > x & %COMSPEC% ^ "x" \'x\'',
  'half a character': 'x\ud83dy\udc00z',
};
