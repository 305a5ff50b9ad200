# Runs the Python programs that are named, one after the other in one process, and tells of each how it ended.

import runpy
import sys
import traceback

for name in sys.argv[1:]:
    code = 0
    try:
        runpy.run_path(name, run_name="__main__")
    except SystemExit as ended:
        print(ended.code, file=sys.stderr)
        code = 1
    except BaseException:
        traceback.print_exc()
        code = 2
    print(f"{name} ended with {code}", file=sys.stderr, flush=True)
