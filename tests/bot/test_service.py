import signal
import subprocess
import sys

# Something that nothing can end: a thread, which the end of a process waits for.
HANGING = """
import asyncio, time
from bot.service import stop_on_signals

async def main():
    running = asyncio.create_task(asyncio.sleep(600))
    stop_on_signals(running, 0.2)
    print("up", flush=True)
    try:
        await running
    except asyncio.CancelledError:
        await asyncio.to_thread(time.sleep, 600)

asyncio.run(main())
"""


def test_what_hangs_does_not_keep_the_process_from_ending():
    with subprocess.Popen([sys.executable, "-c", HANGING], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"up\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
