"""Conversations as transformers' templates render them.

  python generate.py > expected.json

The templates are in the manner of those that well-known models bring. A text of null stands for an
exception raised by the template itself.
"""
import json, pathlib
import jinja2
from transformers.utils.chat_template_utils import render_jinja_template

HERE = pathlib.Path(__file__).parent
turn = lambda role, content: {"role": role, "content": content}
CHATS = [
    [turn("user", "Hi")],
    [turn("user", "Hi"), turn("assistant", "Hello!")],
    [turn("system", "Be kind."), turn("user", "  What is 2 + 2?\n"), turn("assistant", "4 \"four\" <b>&amp;</b>"), turn("user", "Naïve café 😀?"), turn("assistant", "It's\n\nfine \\n {{ braces }} {% raw %} {# no #}")],
    [turn("user", "{{ 7 * 7 }}"), turn("assistant", "{%")],
    [turn("assistant", "I begin"), turn("user", "no")],
    [turn("tool", "x"), turn("user", "y")],
    [turn("user", "2 + 2?"), turn("assistant", "<think>\nsum\n</think>\n\n4"), turn("user", "Sure?"), turn("assistant", "<think></think>\nYes ")],
    [turn("user", "line one\r\nline two\\"), turn("assistant", "")],
]
out = []
for template in sorted(HERE.glob("*.jinja")):
    for chat in CHATS:
        for prompt in (False, True):
            try:
                text = render_jinja_template([chat], chat_template=template.read_text(), add_generation_prompt=prompt, bos_token="<s>", eos_token="</s>")[0][0]
            except jinja2.exceptions.TemplateError as e:
                text = None
            out.append({"template": template.name, "messages": chat, "add_generation_prompt": prompt, "text": text})
print("[\n" + ",\n".join(json.dumps(c) for c in out) + "\n]")
