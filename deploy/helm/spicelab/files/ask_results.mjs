// Writes an object and reads it back as a caller with the token; without the token it must not be read.
const url = process.env.RESULTS;
const authorization = `Bearer ${process.env.TOKEN}`;
const key = `${url}/chart-test/${process.env.HOSTNAME}-${Date.now()}`;
const body = 'written by helm test';

const check = (what, is) => {
  console.log(`${is ? 'ok' : 'NOT OK'}: ${what}`);
  if (!is) process.exitCode = 1;
};
const patiently = async (ask, tries = 30) => {
  try {
    return await ask();
  } catch (error) {
    if (tries === 0) throw error;
    // a Service takes a second until every node knows it
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return patiently(ask, tries - 1);
  }
};

const health = await patiently(() => fetch(`${url}/healthz`));
check('the service is well', health.status === 200);
const write = () => fetch(key, { method: 'PUT', headers: { authorization, 'if-none-match': '*' }, body });
check('an object is written', (await write()).status === 201);
check('it is not written again', (await write()).status === 412);
check(
  'it reads as it was written',
  (await (await fetch(key, { headers: { authorization } })).text()) === body,
);
check('nothing is read without a token', (await fetch(key)).status === 401);
check('it is removed', (await fetch(key, { method: 'DELETE', headers: { authorization } })).status === 204);
