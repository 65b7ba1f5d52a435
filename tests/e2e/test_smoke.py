import time
from tests.support.dialogue import Dialogue

async def test_a(d: Dialogue) -> None:
    t = time.time()
    n = await d.sign("amal", "Amal Haddad")
    print("sign", time.time() - t)
    assert n == 1
    t = time.time()
    await d.restart()
    print("restart", time.time() - t)
    said = await d.say("zaid@admins: [verify]")
    print(said)
    print(await d.counts())
    t = time.time()
    points: list[str] = []
    d.at_point = points.append
    await d.sign("rami", "Rami")
    print(time.time() - t, points)
    assert 0
