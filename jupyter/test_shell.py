"""Our own kernel as a front end sees it."""

import base64
import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from kernels import JAR, JAVA


def test_start_to_first_cell(start):
    kernel = start()
    result = kernel.ok("1 + 1").result
    print(f"\nstart to the first cell's result: {time.monotonic() - kernel.started:.2f} s")
    assert result["text/plain"] == "2"
    for code in ("List.of(1).st", "new StringBui", "Files.readA"):
        began = time.monotonic()
        matches = kernel.complete(code)["matches"]
        print(f"completion of {code}: {time.monotonic() - began:.3f} s")
        assert matches


def test_state_and_several_snippets(kernel):
    kernel.ok("int twice(int n) { return 2 * n; }\nint some = 20;")
    cell = kernel.ok("some++;\nvar other = twice(some);\nother")
    assert cell.result["text/plain"] == "42"
    kernel.ok("int twice(int n) { return 3 * n; }")
    assert kernel.ok("twice(2)").result["text/plain"] == "6"
    assert kernel.ok("Stream.of(1, 2).map(BigInteger::valueOf).collect(Collectors.toList())").result


def test_nothing_is_shown_of_what_has_no_value(kernel):
    for code in ("int quiet = 3;", "", "// nothing", "void none() {}\nnone()", "(Object) null"):
        assert kernel.ok(code).result is None


def test_compile_error_points_at_its_place(kernel):
    cell = kernel.run('int good = 1;\n\nString bad = good;\nint never = 5;')
    assert cell.reply["status"] == "error"
    assert cell.error["ename"] == "CompileError"
    assert "line 3: incompatible types" in cell.error["evalue"]
    lines = cell.error["traceback"]
    at = lines.index("    String bad = good;")
    assert lines[at + 1].index("^") == lines[at].index("good")
    assert kernel.run("never").error["ename"] == "CompileError"


def test_incomplete_cell(kernel):
    cell = kernel.run("int a1 = 1;\nfor (int i = 0; i < 3; i++) {\n")
    assert "line 2: incomplete input" in cell.error["evalue"]


def test_exception_with_cause_and_places(kernel):
    first = kernel.ok(
        "int divide(int n) {\n  return 1 / n;\n}\nvoid fails() {\n  try {\n    divide(0);\n"
        '  } catch (Exception e) {\n    throw new IllegalStateException("outer", e);\n  }\n}'
    ).reply["execution_count"]
    cell = kernel.run("\nfails();")
    assert cell.error["ename"] == "IllegalStateException"
    assert cell.error["evalue"] == "outer"
    count = cell.reply["execution_count"]
    assert cell.error["traceback"] == [
        "IllegalStateException: outer",
        f"    at fails, cell {first}, line 8",
        f"    at cell {count}, line 2",
        "Caused by: ArithmeticException: / by zero",
        f"    at divide, cell {first}, line 2",
        f"    at fails, cell {first}, line 6",
        f"    at cell {count}, line 2",
    ]


def test_forward_reference_is_explained(kernel):
    cell = kernel.ok("int later() { return new Later().n; }")
    assert "method later()" in cell.text() and "class Later" in cell.text()
    cell = kernel.run("later()")
    assert cell.error["ename"] == "UnresolvedReference" and "class Later" in cell.traceback
    kernel.ok("class Later { int n = 9; }")
    assert kernel.ok("later()").result["text/plain"] == "9"


def test_a_cell_after_a_failed_one_is_not_run(kernel):
    bad = kernel.send('Thread.sleep(300); throw new Exception("first");')
    good = kernel.send("int shouldNotBe = 1;")
    kernel.receive(bad)
    assert kernel.receive(good).reply["status"] == "aborted"
    assert kernel.run("shouldNotBe").error["ename"] == "CompileError"


def test_completion_of_java(kernel):
    kernel.ok('var words = List.of("a");')
    found = kernel.complete("int n = words.si + 1;", 16)
    assert "size()" in found["matches"]
    assert (found["cursor_start"], found["cursor_end"]) == (14, 16)
    code = "import java.awt.image.*;\nclass Mine { int field; }\nvar mine = new Mine();\nmine.fi"
    found = kernel.complete(code)
    assert "field" in found["matches"]
    assert found["cursor_start"] == len(code) - 2
    assert kernel.complete("int called(int a) { return a; }\ncall")["matches"] == ["called("]
    assert kernel.complete("class Early { int nested; }\nnew Early().nes")["matches"] == ["nested"]
    assert "BufferedImage(" in kernel.complete("import java.awt.image.*;\nnew BufferedIm")["matches"]
    end = time.monotonic() + 20
    # JShell indexes the packages when it starts.
    while "util." not in kernel.complete("import java.ut")["matches"]:
        assert time.monotonic() < end
    # Nothing of it was left behind.
    assert kernel.run("new Mine()").error["ename"] == "CompileError"
    # Positions are characters, not units of UTF-16.
    assert kernel.complete('"😀".isEm')["cursor_start"] == 4


def test_completion_of_magics(kernel, tmp_path):
    assert "%classpath" in kernel.complete("int a2 = 1;\n%cl")["matches"]
    assert set(kernel.complete("%")["matches"]) >= {"%classpath", "%maven", "%lsmagic"}
    (tmp_path / "some.jar").write_text("")
    found = kernel.complete(f"%classpath {tmp_path}/so")
    assert found["matches"] == [f"{tmp_path}/some.jar"]
    assert found["cursor_start"] == len("%classpath ")


def test_inspection(kernel):
    found = kernel.inspect("Math.max(1, 2)", 6)
    assert found["found"] and "int Math.max(int a, int b)" in found["data"]["text/plain"]
    assert "text/html" in found["data"]
    assert "String" in kernel.inspect('String s = "";', 3)["data"]["text/plain"]
    assert "class path" in kernel.inspect("%classpath lib", 3)["data"]["text/plain"]
    assert not kernel.inspect("nothingOfThisName", 3)["found"]


def test_is_complete(kernel):
    assert kernel.is_complete("int b1 = 1;")["status"] == "complete"
    assert kernel.is_complete("%classpath")["status"] == "complete"
    found = kernel.is_complete("  for (;;) {")
    assert (found["status"], found["indent"]) == ("incomplete", "      ")
    assert kernel.is_complete("%%some magic")["status"] == "incomplete"


def interrupted(kernel, code):
    """Runs code that says when it runs, interrupts it, and measures how long it took to end."""
    sent = []

    def on_output(kind, content):
        if kind == "stream" and not sent:
            kernel.interrupt()
            sent.append(time.monotonic())

    cell = kernel.run('System.out.println("runs");\n' + code, on_output=on_output)
    took = time.monotonic() - sent[0]
    print(f"\ninterrupted after {took:.2f} s: {code}")
    assert cell.error["ename"] == "Interrupted", cell.error
    return cell, took


@pytest.mark.parametrize(
    "code",
    [
        "Thread.sleep(60_000);",
        "while (true) {}",
        "void spins() { for (long n = 0; ; n++) { if (n < 0) break; } }\nspins();",
        "new Scanner(System.in).nextLine();",
        "while (true) try { Thread.sleep(1000); } catch (InterruptedException e) { }",
    ],
)
def test_interrupt_keeps_the_state(kernel, code):
    kernel.ok("int kept = 17;")
    interrupted(kernel, code)
    assert kernel.ok("kept").result["text/plain"] == "17"
    assert kernel.ok('System.out.println("on");').text() == "on\n"


def test_interrupt_while_it_prints(kernel):
    interrupted(kernel, "while (true) System.out.println(System.nanoTime());")
    assert kernel.ok('System.out.println("on");').text() == "on\n"


def test_lines_complete_and_in_order(kernel):
    began = time.monotonic()
    cell = kernel.ok('for (int i = 0; i < 100_000; i++) System.out.println("line " + i);')
    print(f"\n100,000 lines: {time.monotonic() - began:.2f} s, {len(cell.of('stream'))} messages")
    assert cell.text() == "".join(f"line {i}\n" for i in range(100_000))


def test_streams_keep_their_order_and_characters(kernel):
    cell = kernel.ok(
        'System.out.print("ä"); System.err.print("é"); System.out.print("😀");'
        "for (byte b : \"ß\".getBytes(\"UTF-8\")) System.out.write(b);"
    )
    order = [(c["name"], c["text"]) for c in cell.of("stream")]
    assert order[:2] == [("stdout", "ä"), ("stderr", "é")]
    assert cell.text() == "ä😀ß"


def test_text_comes_while_the_cell_runs(kernel):
    seen = []
    cell = kernel.run(
        'System.out.print("early"); Thread.sleep(1500);',
        on_output=lambda kind, c: seen.append(time.monotonic()) if kind == "stream" else None,
    )
    assert time.monotonic() - seen[0] > 0.5 and cell.text() == "early"


def test_stdin(kernel):
    request = kernel.send("var in = new Scanner(System.in);\nin.nextLine() + in.nextInt()")
    for answer in ("Grüße", "7"):
        asked = None
        # Questions of cells that were interrupted may wait there.
        while asked is None or asked["parent_header"]["msg_id"] != request:
            asked = kernel.client.get_stdin_msg(timeout=30)
        assert asked["msg_type"] == "input_request"
        kernel.client.input(answer)
    assert kernel.receive(request).result["text/plain"] == "Grüße7"


def test_no_stdin(kernel):
    assert kernel.run("System.in.read()", allow_stdin=False).result["text/plain"] == "-1"


def test_rich_results(kernel):
    image = kernel.ok("new java.awt.image.BufferedImage(3, 2, 1)").result
    assert base64.b64decode(image["image/png"]).startswith(b"\x89PNG")
    assert "3 x 2" in image["text/plain"]
    html = kernel.ok('render("<b>bold</b>", "text/html")').result
    assert html["text/html"] == "<b>bold</b>" and html["text/plain"]
    svg = kernel.ok(
        "import org.dflib.jjava.jupyter.kernel.display.DisplayData;\n"
        'var svg = new DisplayData("a picture"); svg.putSVG("<svg/>");\nsvg'
    ).result
    assert svg == {"text/plain": "a picture", "image/svg+xml": "<svg/>"}
    assert kernel.ok("new int[][] {{1}, {2, 3}}").result["text/plain"] == "[[1], [2, 3]]"
    shown = kernel.ok('display("<i>x</i>", "text/html");').of("display_data")
    assert shown[0]["data"]["text/html"] == "<i>x</i>"


def test_a_value_that_can_not_be_shown(kernel):
    cell = kernel.run(
        'class Shy { public String toString() { throw new IllegalStateException("no"); } }\nnew Shy()'
    )
    assert cell.error["ename"] == "IllegalStateException" and "Shy.toString" in cell.traceback


@pytest.fixture(scope="module")
def jar(tmp_path_factory):
    """A jar with a class, and with an extension that registers a magic."""
    folder = tmp_path_factory.mktemp("jar")
    sources = {
        "lib/Greeting.java": """
            package lib;
            public class Greeting { public static String of(String name) { return "Hello " + name; } }
            """,
        "lib/Magic.java": """
            package lib;
            import java.util.List;
            import org.dflib.jjava.jupyter.Extension;
            import org.dflib.jjava.jupyter.kernel.BaseKernel;
            import io.github.cola4j.kernel.notebook.ForUser;
            public class Magic implements Extension {
              public static class Wrong extends RuntimeException implements ForUser {
                public Wrong(String message) { super(message); }
              }
              public void install(BaseKernel kernel) {
                kernel.getMagicsRegistry().registerCellMagic("echo", (k, args, body) -> {
                  if (args.contains("fail")) throw new Wrong("This is wrong.\\nDo that instead.");
                  if (args.contains("wait")) {
                    System.out.println("waits");
                    try { Thread.sleep(60_000); }
                    catch (InterruptedException e) { Thread.sleep(300); System.out.println("last words"); throw e; }
                  }
                  return args + "/" + body;
                });
              }
            }
            """,
        "META-INF/services/org.dflib.jjava.jupyter.Extension": "lib.Magic",
    }
    for name, text in sources.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text).lstrip())
    java = [str(folder / name) for name in sources if name.endswith(".java")]
    subprocess.run(["javac", "--release", "17", "-cp", JAR, *java], check=True)
    for source in java:
        os.remove(source)
    made = folder / "some lib.jar"
    subprocess.run(["jar", "cf", made, "-C", folder, "lib", "-C", folder, "META-INF"], check=True)
    return made


def test_classpath_with_an_extension(start, jar):
    kernel = start()
    assert kernel.run("%classpath").result["text/plain"] == "The class path is empty."
    cell = kernel.ok(f'int before = 1;\n%classpath "{jar}"\nlib.Greeting.of("you") + before')
    assert cell.result["text/plain"] == "Hello you1"
    assert kernel.ok("%jars").result["text/plain"] == str(jar)
    assert kernel.ok("import lib.*;\nGreeting.of(\"me\")").result["text/plain"] == "Hello me"
    # The magic of the extension.
    cell = kernel.ok("%%echo a 'b c' C:\\x \"\"\n int no java\n\n")
    assert cell.result["text/plain"] == "[a, b c, C:\\x, ]/ int no java\n\n"
    assert kernel.ok("%%echo").result["text/plain"] == "[]/"
    assert kernel.complete("%%e")["matches"] == ["%%echo"]
    # An exception for the user is nothing but its message.
    cell = kernel.run("%%echo fail")
    assert cell.error["ename"] == "Wrong"
    assert cell.error["traceback"] == ["This is wrong.", "Do that instead."]
    # An interrupted magic may say something at the end.
    cell = kernel.run("%%echo wait", on_output=lambda kind, c: kind == "stream" and kernel.interrupt())
    assert cell.error["ename"] == "Interrupted" and cell.text() == "waits\nlast words\n"


def test_classpath_that_is_not_there(kernel):
    cell = kernel.run("%classpath /not/there.jar")
    assert cell.error["ename"] == "ClasspathError" and "/not/there.jar" in cell.error["evalue"]


def test_unknown_magic(kernel):
    cell = kernel.run("%clasppath x")
    assert cell.error["ename"] == "UnknownMagic"
    assert "Did you mean %classpath?" in cell.traceback and "%maven" in cell.traceback


def test_percent_signs_that_are_no_magics(kernel):
    assert kernel.ok("int m = 7\n  % 4;\nm").result["text/plain"] == "3"
    assert kernel.ok('String t = """\n%classpath\n""";\nt').result["text/plain"] == "%classpath\n"


def test_what_a_thread_of_a_cell_throws_is_told(kernel):
    code = 'new Thread(() -> { throw new RuntimeException("from afar"); }).start();\nThread.sleep(500);'
    assert "from afar" in kernel.ok(code).text("stderr")


def test_unknown_artifact(kernel):
    assert "group:artifact:version" in kernel.run("%maven nonsense").error["evalue"]


def test_artifacts_with_what_they_need(kernel):
    # The build of this project has it in the local repository already.
    kernel.ok("%maven io.github.spencerpark:jupyter-jvm-basekernel:2.3.0")
    named = kernel.ok("io.github.spencerpark.jupyter.kernel.BaseKernel.class.getSimpleName()")
    assert named.result["text/plain"] == "BaseKernel"
    missing = kernel.run("%maven io.github.cola4j:nothing-of-this-name:1.0")
    assert "nothing-of-this-name" in missing.traceback and "perhaps you should" in missing.traceback


def test_two_kernels_at_once(start):
    one, two = start(), start()
    requests = [(k, k.send(f"int n = {i};\nThread.sleep(500);\nn")) for i, k in enumerate((one, two))]
    for i, (each, request) in enumerate(requests):
        assert each.receive(request).result["text/plain"] == str(i)


def test_restart_forgets(start):
    kernel = start()
    kernel.ok("int gone = 1;")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.run("gone").error["ename"] == "CompileError"
    assert kernel.ok("2").reply["execution_count"] == 2


@pytest.mark.parametrize("code", ["1", "Thread.sleep(60_000);", "while (true) {}"])
def test_shutdown_is_prompt(start, code):
    kernel = start()
    kernel.send(code)
    time.sleep(1)
    began = time.monotonic()
    kernel.client.shutdown()
    while kernel.manager.is_alive():
        assert time.monotonic() - began < 10
        time.sleep(0.05)
    print(f"\nshut down in {time.monotonic() - began:.2f} s")


def test_ends_with_its_parent(kernelspecs, tmp_path):
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time\nfrom jupyter_client.manager import start_new_kernel\n"
            "manager, client = start_new_kernel(kernel_name='cola-java')\n"
            "print(manager.provisioner.pid, flush=True)\ntime.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    end = time.monotonic() + 20
    while alive(pid):
        assert time.monotonic() < end, "the kernel is an orphan"
        time.sleep(0.1)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return True


def test_nothing_but_warnings_on_stderr(start, tmp_path):
    with open(tmp_path / "err", "wb") as err:
        kernel = start(stderr=err)
        kernel.ok('System.err.println("to the notebook"); 1')
        kernel.client.shutdown()
        time.sleep(1.5)
    text = (tmp_path / "err").read_text()
    assert text == ""


def test_install(tmp_path):
    def install(*options):
        return subprocess.run([JAVA, "-jar", str(JAR), *options], capture_output=True, text=True)

    for _ in range(2):
        done = install("install", "--prefix", str(tmp_path), "--name", "my-java")
        assert done.returncode == 0 and "jupyter lab" in done.stdout
    kernels = tmp_path / "share" / "jupyter" / "kernels"
    assert [f.name for f in kernels.iterdir()] == ["my-java"]
    spec = json.loads((kernels / "my-java" / "kernel.json").read_text())
    assert spec["interrupt_mode"] == "message" and spec["language"] == "java"
    assert (kernels / "my-java" / "cola-kernel.jar").stat().st_size == JAR.stat().st_size
    assert install("install", "--nonsense").returncode == 2
    assert install("install", "--name", "a b").returncode == 2
    assert install("install", "--user", "--prefix", "x").returncode == 2
    assert install().returncode == 2
    assert install("--version").stdout.startswith("cola-kernel ")
    assert install(str(tmp_path / "none.json")).returncode == 2
    (tmp_path / "file").write_text("")
    done = install("install", "--prefix", str(tmp_path / "file"))
    assert done.returncode == 1 and "can't be installed" in done.stderr
