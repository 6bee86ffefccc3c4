// Uses the dashboard as a person does, in Chromium: dashboard.cjs URL CHROMIUM [FOLDER]
// FOLDER: where pictures of what was seen are to be put. Ends with 0 when everything was there.
const { chromium } = require('playwright-core');

const [base, executablePath, pictures] = process.argv.slice(2);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const complaints = [];

async function main() {
  const browser = await chromium.launch({ executablePath, args: flags });
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(`error in the page: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(`console: ${line.text()}`);
  });
  let questions = 0;
  page.on('dialog', (dialog) => {
    // The page asks before it destroys; a script that came with a message may not ask anything.
    if (dialog.type() !== 'confirm') complaints.push(`a ${dialog.type()} appeared`);
    questions++;
    dialog.accept();
  });
  const main = page.locator('#main');
  const see = async (text) => {
    await main.getByText(text).first().waitFor();
    console.log(`saw: ${text}`);
  };
  const go = (view) => page.goto(`${base}#/${view}`);
  const picture = (name) => (pictures ? page.screenshot({ path: `${pictures}/${name}.png` }) : null);
  const button = (name) => main.getByRole('button', { name, exact: true }).click();
  const link = (name) => main.getByRole('link', { name, exact: true }).click();
  const login = async (user, secret) => {
    await main.locator('[name=user]').fill(user);
    await main.locator('[name=secret]').fill(secret);
    await button('Log in');
  };

  // Figures that move, without a login.
  await page.goto(base);
  await see('Messages a second');
  const uptime = main.locator('h1 .quiet');
  const before = await uptime.innerText();
  await page.waitForFunction((old) => document.querySelector('#main h1 .quiet').innerText !== old, before);
  await page.waitForFunction(() => document.querySelectorAll('#messages canvas').length === 1);
  await picture('overview');
  await go('connections');
  await see('Which');
  await go('store');
  await see('Everything that is stored can be read and written.');
  await go('configuration');
  await see('Configuration in force');
  await go('accounts');
  await see('Log in to see it.');

  // A wrong password, then the right one.
  await go('streams');
  await login('ann', 'wrong');
  await see('Authorization Violation');
  await login('ann', 'a');
  await link('ORDERS');
  await see('one coffee');
  await picture('stream');

  // Publish what would run if it were no text.
  await main.locator('#publish [name=to]').fill('orders.<img src=x onerror=alert(1)>'.replaceAll(' ', '_'));
  await main.locator('#publish [name=payload]').fill('<script>alert(1)</script>');
  await button('Publish');
  await see('On disk as sequence 4 of ORDERS.');
  await see('<script>alert(1)</script>');

  // Browse by sequence, by subject and by time, without a consumer.
  const rows = (count) => page.waitForFunction(
    (n) => [...document.querySelectorAll('#main table')].some((t) => t.rows[0].cells[0].innerText === 'seq' && t.rows.length === n + 1), count);
  await main.locator('#browse [name=seq]').fill('3');
  await button('Show');
  await rows(2);
  await main.locator('#browse [name=seq]').fill('');
  await main.locator('#browse [name=subject]').fill('orders.new');
  await main.locator('#browse [name=time]').fill('2020-01-01T00:00:01');
  await button('Show');
  await rows(3);

  // A consumer: why it stands still, pause, resume.
  await go('streams/ORDERS/bar');
  await see('No client has a request for messages waiting');
  await picture('consumer');
  await button('Pause for an hour …');
  await see('Paused for');
  await button('Resume');
  await main.getByRole('button', { name: 'Pause for an hour …' }).waitFor();

  // A key is changed; whoever changed it meanwhile is not overwritten.
  await go('kv/config/colour');
  await page.waitForFunction(() => document.querySelector('#edit textarea')?.value === 'blue');
  await main.locator('#edit textarea').fill('green');
  await button('Save if nobody changed it');
  await see('colour has revision 2.');
  await picture('kv');

  await go('subjects');
  await see('Newest');
  await go('explain/subject/orders.new');
  await see('stored by ORDERS');
  await go('streams/ORDERS');
  await button('Purge …');
  await see('4 messages were purged.');
  if (questions !== 2) complaints.push(`${questions} questions were asked, expected 2`);

  // Who may only look is refused what he may not.
  await page.getByRole('button', { name: 'Log out' }).click();
  await login('bob', 'b');
  await main.locator('#publish [name=to]').fill('orders.tea');
  await button('Publish');
  await see('Permissions Violation for Publish to "orders.tea"');

  // On a telephone nothing is cut off.
  await page.setViewportSize({ width: 380, height: 700 });
  await go('overview');
  await see('Messages a second');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) complaints.push('the overview is wider than a small screen');
  await browser.close();
}

main().then(() => {
  complaints.forEach((complaint) => console.log(complaint));
  process.exit(complaints.length === 0 ? 0 : 1);
}, (failed) => {
  console.log(String(failed.stack || failed), ...complaints);
  process.exit(1);
});
