"""What was compared: a line of JSON each, printed where it is too far off; and the table of them all.

Run: python results.py RESULTS.jsonl ...      prints the table; exit status 1 if anything differs
"""
import json, os, sys


def relative(a, b):
    return float((a.double() - b.double()).norm() / b.double().norm())


class Results:
    def __init__(self, path, direction):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True); self.file, self.direction = open(path, "w"), direction

    def add(self, arch, case, check, difference, limit, note=""):
        ok = difference <= limit        # not so for NaN
        line = dict(direction=self.direction, architecture=arch, case=case, check=check, difference=difference, limit=limit, ok=ok, note=note)
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if not ok: print(f"DIFFERS  {self.direction}: {arch}/{case}: {check}: {difference:.2g} (limit {limit:g}) {note}", flush=True)

    def __enter__(self): return self

    def __exit__(self, *error): self.file.close()


def cell(lines):
    if not lines: return ""
    bad = [l for l in lines if not l["ok"]]
    if bad: return f"{len(bad)} of {len(lines)} DIFFER"
    if max(l["limit"] for l in lines) == 0: return f"{len(lines)} equal"
    return f"{len(lines)}: {max(l['difference'] for l in lines):.1e}"


def main(paths):
    lines = [json.loads(l) for p in paths for l in open(p)]
    archs = sorted({l["architecture"] for l in lines})
    for direction in dict.fromkeys(l["direction"] for l in lines):
        of = [l for l in lines if l["direction"] == direction]
        print(f"\n{direction}: number of comparisons, and the largest difference\n")
        print("| | " + " | ".join(archs) + " |\n|---" * (1) + "|---" * len(archs) + "|")
        for check in dict.fromkeys(l["check"] for l in of):
            print(f"| {check} | " + " | ".join(cell([l for l in of if l["check"] == check and l["architecture"] == a]) for a in archs) + " |")
    bad = sum(not l["ok"] for l in lines)
    print(f"\n{len(lines)} comparisons, {bad} too far off"); sys.exit(1 if bad or not lines else 0)


if __name__ == "__main__": main(sys.argv[1:])
