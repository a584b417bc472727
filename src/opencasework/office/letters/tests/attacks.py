"""What people have tried on engines that fill templates in: probes by engine, then ways out of a sandbox."""

from __future__ import annotations

PROBES = [
    "{{7*7}}", "{{ 7*'7' }}", "{{ 7+7 }}", "{{ 7|abs }}", "{{ -7 }}", "{{ '7'~'7' }}", "{{ [7,7] }}", "{{ {'a':7} }}",
    "{{ (7,7) }}", "{{ 7 if 1 else 8 }}", "{{ 7 == 7 }}", "{{ 7 in [7] }}", "{{ true }}", "{{ none }}", "{{ 'x' }}",
    "{{ 1/0 }}", "{{ 9**9**9 }}", "{{ 'a'*999999999 }}", "${7*7}", "#{7*7}", "*{7*7}", "@{7*7}", "<%= 7*7 %>", "{= 7*7 =}",
    "${{7*7}}", "{{=7*7}}", "{7*7}", "@(7*7)", "<#assign x=7>${x}", "${{<%[%'\"}}%\\.", "{{<%[%'\"}}%\\", "{%", "{{", "{#",
    "{% raw %}{{ 7*7 }}{% endraw %}", "{# {{ 7*7 }} #}{{ 7*7 }}", "{{ 7*7 -}}", "{%- if 7*7 -%}49{%- endif -%}",
    "{% if 7*7 == 49 %}49{% endif %}", "{% set x = 7*7 %}{{ x }}", "{% print(7*7) %}", "{% with x=7*7 %}{{ x }}{% endwith %}",
    "{% for x in range(999999999) %}49{% endfor %}", "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{% macro m() %}49{{ m() }}{% endmacro %}{{ m() }}", "{% call m() %}49{% endcall %}", "{% filter upper %}x{% endfilter %}",
    "{% block x %}49{% endblock %}", "{% extends '/etc/passwd' %}", "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os.system('id') }}", "{% from 'os' import system %}", "{% autoescape false %}x{% endautoescape %}",
    "{% do x.append(1) %}", "{% debug %}", "{% trans %}x{% endtrans %}", "{% continue %}", "{% break %}",
]  # fmt: skip
WAYS_OUT = [
    "{{ ''.__class__ }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}", "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}", "{{ case_number.__class__ }}",
    "{{ case_number['__class__'] }}", "{{ case_number|attr('__init__') }}", "{{ case_number.format(case_number) }}",
    "{{ case_number.__format__ }}", "{{ '{0.__class__}'.format(case_number) }}", "{{ '%s' % case_number }}",
    "{{ case_number[0] }}", "{{ case_number[::-1] }}", "{{ case_number() }}", "{{ case_number|upper }}",
    "{{ case_number is string }}", "{{ case_number ~ case_number }}", "{{ config }}", "{{ config.items() }}",
    "{{ settings.SECRET_KEY }}", "{{ request }}", "{{ request.application.__globals__ }}", "{{ self }}",
    "{{ self._TemplateReference__context }}", "{{ self.__init__.__globals__ }}", "{{ loop }}", "{{ super() }}", "{{ caller() }}",
    "{{ varargs }}", "{{ kwargs }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os }}", "{{ namespace.__init__.__globals__.os }}", "{{ lipsum.__globals__['os'] }}",
    "{{ lipsum() }}", "{{ range(9) }}", "{{ dict(a=7) }}", "{{ url_for.__globals__ }}", "{{ get_flashed_messages.__globals__ }}",
    "{{ g.pop.__globals__ }}", "{{ [].append(7) }}", "{{ ().__class__.__bases__[0].__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ ''.__class__.mro()[1].__subclasses__() }}", "{{ x.__init__.__builtins__.exec('1') }}",
    "{{ open('/etc/passwd').read() }}", "{{ __import__('os').system('id') }}", "{{ eval('7*7') }}", "{{ exec('1') }}",
    "{{ (case_number|attr)('x') }}", "{{ case_number|map('upper')|list }}", "{{ case_number|tojson }}", "{{ case_number|safe }}",
    "{{ case_number|format }}", "{{ [case_number]|join }}", "{{ [1]|sum(start=case_number) }}", "{{ case_number|xmlattr }}",
    "{{ case_number.split('-') }}", "{{ case_number.__doc__ }}", "{{ case_number if case_number.x }}",
    "{% if case_number.__class__ %}49{% endif %}", "{% if case_number == 'x' %}49{% endif %}", "{% if lipsum() %}49{% endif %}",
    "{% if case_number|length %}49{% endif %}", "{% set case_number.x = 7 %}", "{% set ns = namespace() %}{{ ns }}",
    "<%import os;x=os.popen('id').read()%>${x}", "${self.module.cache.util.os.system('id')}", "<%! import os %>",
    "% for x in range(9):\n49\n% endfor", "<%include file='/etc/passwd'/>", "<%def name='x()'>49</%def>${x()}",
]  # fmt: skip
# What is nothing to our engine (other engines' marks): it prints as it stands.
HARMLESS = [
    attack for attack in PROBES + WAYS_OUT if "{{" not in attack and "{%" not in attack and "{#" not in attack
]
EVERY = PROBES + WAYS_OUT
ANSWERS = ("49", "7777777", "root:", "uid=", "<class", "__main__", "SECRET", "<module", "built-in")
