"""QuickJS, by its Python package: runs one kernel as many times as requested on standard input."""

import sys
import time

import quickjs

file, size = sys.argv[1:]
context = quickjs.Context()
context.eval(open(file, encoding="utf-8").read())
# All calls in one evaluation, so that Python is not measured.
context.eval(
    """
    async function settle(calls, size) {
        for (let i = 0; i < calls; i++) {
            result = main(size);
            if (result instanceof Promise) result = await result;
        }
    }
    var result, failure = null;
    """
)
for line in sys.stdin:
    begun = time.perf_counter()
    context.eval(f"settle({int(line)}, {size}).catch(error => failure = String(error))")
    while context.execute_pending_job():
        pass
    taken = time.perf_counter() - begun
    failure = context.eval("failure")
    if failure:
        sys.exit(failure)
    print(int(taken * 1e6), context.eval("JSON.stringify(result)"), flush=True)
