"""The grammars of pybars3 0.9.7, as PyMeta3 0.5.1 writes them in Python.

Derived from pybars3's _compiler.py, (c) 2015 Will Bond, Mjumbe Wawatu Ukweli, 2012 Canonical
Ltd, and like it under the GNU Lesser General Public License, version 3 only (LGPL-3.0-only).
Made by `make grammars`; not edited by hand.
"""
from pymeta.runtime import OMetaBase as GrammarBase

PYBARS = '0.9.7'

#: SHA-256 of the grammar that each class was made of.
MADE_OF = {'handlebars': '14a94d69225b0a842c77f59729eb1ae8aa69edef058d19ef99f767e3d4d92d87', 'Grammar': '166fc47d7abb756fae17f09c5f6ea957ff6d3d75d28800b73a4c8514947c7621'}


class handlebars(GrammarBase):
    def rule_template(self):
        _locals = {'self': self}
        self.locals['template'] = _locals
        def _G_many_1():
            def _G_or_1():
                _G_apply_1, lastError = self._apply(self.rule_text, "text", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_2():
                _G_apply_1, lastError = self._apply(self.rule_templatecommand, "templatecommand", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
            self.considerError(lastError)
            return (_G_or_3, self.currentError)
        _G_many_2, lastError = self.many(_G_many_1)
        self.considerError(lastError)
        _locals['body'] = _G_many_2
        _G_python_3, lastError = eval("['template'] + body", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_text(self):
        _locals = {'self': self}
        self.locals['text'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_newline_text, "newline_text", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_whitespace_text, "whitespace_text", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_3():
            _G_apply_1, lastError = self._apply(self.rule_other_text, "other_text", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_or_4, lastError = self._or([_G_or_1, _G_or_2, _G_or_3])
        self.considerError(lastError)
        return (_G_or_4, self.currentError)


    def rule_newline_text(self):
        _locals = {'self': self}
        self.locals['newline_text'] = _locals
        def _G_not_1():
            _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_not_2, lastError = self._not(_G_not_1)
        self.considerError(lastError)
        def _G_optional_3():
            _G_exactly_1, lastError = self.exactly('\r')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_optional_4():
            return (None, self.input.nullError())
        _G_or_5, lastError = self._or([_G_optional_3, _G_optional_4])
        self.considerError(lastError)
        _G_exactly_6, lastError = self.exactly('\n')
        self.considerError(lastError)
        _locals['char'] = _G_exactly_6
        _G_python_7, lastError = eval("('newline', u'' + char)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_7, self.currentError)


    def rule_whitespace_text(self):
        _locals = {'self': self}
        self.locals['whitespace_text'] = _locals
        def _G_many1_1():
            def _G_not_1():
                _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_not_2, lastError = self._not(_G_not_1)
            self.considerError(lastError)
            def _G_or_3():
                _G_exactly_1, lastError = self.exactly(' ')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            def _G_or_4():
                _G_exactly_1, lastError = self.exactly('\t')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            _G_or_5, lastError = self._or([_G_or_3, _G_or_4])
            self.considerError(lastError)
            return (_G_or_5, self.currentError)
        _G_many1_2, lastError = self.many(_G_many1_1, _G_many1_1())
        self.considerError(lastError)
        _locals['text'] = _G_many1_2
        _G_python_3, lastError = eval("('whitespace', u''.join(text))", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_other_text(self):
        _locals = {'self': self}
        self.locals['other_text'] = _locals
        def _G_many1_1():
            def _G_not_1():
                _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_not_2, lastError = self._not(_G_not_1)
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            return (_G_apply_3, self.currentError)
        _G_many1_2, lastError = self.many(_G_many1_1, _G_many1_1())
        self.considerError(lastError)
        _locals['text'] = _G_many1_2
        _G_python_3, lastError = eval("('literal', u''.join(text))", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_other(self):
        _locals = {'self': self}
        self.locals['other'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_anything, "anything", [])
        self.considerError(lastError)
        _locals['char'] = _G_apply_1
        _G_python_2, lastError = eval("('literal', u'' + char)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_2, self.currentError)


    def rule_templatecommand(self):
        _locals = {'self': self}
        self.locals['templatecommand'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_blockrule, "blockrule", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_comment, "comment", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_3():
            _G_apply_1, lastError = self._apply(self.rule_escapedexpression, "escapedexpression", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_4():
            _G_apply_1, lastError = self._apply(self.rule_expression, "expression", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_5():
            _G_apply_1, lastError = self._apply(self.rule_partial, "partial", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_6():
            _G_apply_1, lastError = self._apply(self.rule_rawblock, "rawblock", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_or_7, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4, _G_or_5, _G_or_6])
        self.considerError(lastError)
        return (_G_or_7, self.currentError)


    def rule_start(self):
        _locals = {'self': self}
        self.locals['start'] = _locals
        _G_exactly_1, lastError = self.exactly('{')
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('{')
        self.considerError(lastError)
        return (_G_exactly_2, self.currentError)


    def rule_finish(self):
        _locals = {'self': self}
        self.locals['finish'] = _locals
        _G_exactly_1, lastError = self.exactly('}')
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('}')
        self.considerError(lastError)
        return (_G_exactly_2, self.currentError)


    def rule_comment(self):
        _locals = {'self': self}
        self.locals['comment'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('!')
        self.considerError(lastError)
        def _G_many_3():
            def _G_not_1():
                _G_apply_1, lastError = self._apply(self.rule_finish, "finish", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_not_2, lastError = self._not(_G_not_1)
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            return (_G_apply_3, self.currentError)
        _G_many_4, lastError = self.many(_G_many_3)
        self.considerError(lastError)
        _G_apply_5, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        _G_python_6, lastError = eval("('comment', )", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_6, self.currentError)


    def rule_space(self):
        _locals = {'self': self}
        self.locals['space'] = _locals
        def _G_or_1():
            _G_exactly_1, lastError = self.exactly(' ')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_or_2():
            _G_exactly_1, lastError = self.exactly('\t')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_or_3():
            _G_exactly_1, lastError = self.exactly('\r')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_or_4():
            _G_exactly_1, lastError = self.exactly('\n')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        _G_or_5, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4])
        self.considerError(lastError)
        return (_G_or_5, self.currentError)


    def rule_arguments(self):
        _locals = {'self': self}
        self.locals['arguments'] = _locals
        def _G_many_1():
            def _G_many1_1():
                _G_apply_1, lastError = self._apply(self.rule_space, "space", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_many1_2, lastError = self.many(_G_many1_1, _G_many1_1())
            self.considerError(lastError)
            def _G_or_3():
                _G_apply_1, lastError = self._apply(self.rule_kwliteral, "kwliteral", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_4():
                _G_apply_1, lastError = self._apply(self.rule_literal, "literal", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_5():
                _G_apply_1, lastError = self._apply(self.rule_path, "path", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_6():
                _G_apply_1, lastError = self._apply(self.rule_subexpression, "subexpression", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_or_7, lastError = self._or([_G_or_3, _G_or_4, _G_or_5, _G_or_6])
            self.considerError(lastError)
            return (_G_or_7, self.currentError)
        _G_many_2, lastError = self.many(_G_many_1)
        self.considerError(lastError)
        _locals['arguments'] = _G_many_2
        _G_python_3, lastError = eval('arguments', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_subexpression(self):
        _locals = {'self': self}
        self.locals['subexpression'] = _locals
        _G_exactly_1, lastError = self.exactly('(')
        self.considerError(lastError)
        _G_apply_2, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_3, lastError = self._apply(self.rule_path, "path", [])
        self.considerError(lastError)
        _locals['p'] = _G_apply_3
        def _G_many_4():
            def _G_many1_1():
                _G_apply_1, lastError = self._apply(self.rule_space, "space", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_many1_2, lastError = self.many(_G_many1_1, _G_many1_1())
            self.considerError(lastError)
            def _G_or_3():
                _G_apply_1, lastError = self._apply(self.rule_kwliteral, "kwliteral", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_4():
                _G_apply_1, lastError = self._apply(self.rule_literal, "literal", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_5():
                _G_apply_1, lastError = self._apply(self.rule_path, "path", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_6():
                _G_apply_1, lastError = self._apply(self.rule_subexpression, "subexpression", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_or_7, lastError = self._or([_G_or_3, _G_or_4, _G_or_5, _G_or_6])
            self.considerError(lastError)
            return (_G_or_7, self.currentError)
        _G_many_5, lastError = self.many(_G_many_4)
        self.considerError(lastError)
        _locals['arguments'] = _G_many_5
        _G_apply_6, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_exactly_7, lastError = self.exactly(')')
        self.considerError(lastError)
        _G_python_8, lastError = eval("('subexpr', p, arguments)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_8, self.currentError)


    def rule_expression_inner(self):
        _locals = {'self': self}
        self.locals['expression_inner'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_2, lastError = self._apply(self.rule_path, "path", [])
        self.considerError(lastError)
        _locals['p'] = _G_apply_2
        _G_apply_3, lastError = self._apply(self.rule_arguments, "arguments", [])
        self.considerError(lastError)
        _locals['arguments'] = _G_apply_3
        _G_apply_4, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_5, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        _G_python_6, lastError = eval('(p, arguments)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_6, self.currentError)


    def rule_expression(self):
        _locals = {'self': self}
        self.locals['expression'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('{')
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_expression_inner, "expression_inner", [])
            self.considerError(lastError)
            _locals['e'] = _G_apply_3
            _G_exactly_4, lastError = self.exactly('}')
            self.considerError(lastError)
            _G_python_5, lastError = eval("('expand', ) + e", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_5, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('&')
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_expression_inner, "expression_inner", [])
            self.considerError(lastError)
            _locals['e'] = _G_apply_3
            _G_python_4, lastError = eval("('expand', ) + e", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_4, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_escapedexpression(self):
        _locals = {'self': self}
        self.locals['escapedexpression'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_apply_2, lastError = self._apply(self.rule_expression_inner, "expression_inner", [])
        self.considerError(lastError)
        _locals['e'] = _G_apply_2
        _G_python_3, lastError = eval("('escapedexpand', ) + e", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_block_inner(self):
        _locals = {'self': self}
        self.locals['block_inner'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_2, lastError = self._apply(self.rule_symbol, "symbol", [])
        self.considerError(lastError)
        _locals['s'] = _G_apply_2
        _G_apply_3, lastError = self._apply(self.rule_arguments, "arguments", [])
        self.considerError(lastError)
        _locals['args'] = _G_apply_3
        _G_apply_4, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_5, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        _G_python_6, lastError = eval("(u''.join(s), args)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_6, self.currentError)


    def rule_partial_inner(self):
        _locals = {'self': self}
        self.locals['partial_inner'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_2, lastError = self._apply(self.rule_partialname, "partialname", [])
        self.considerError(lastError)
        _locals['s'] = _G_apply_2
        _G_apply_3, lastError = self._apply(self.rule_arguments, "arguments", [])
        self.considerError(lastError)
        _locals['args'] = _G_apply_3
        _G_apply_4, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_5, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        _G_python_6, lastError = eval('(s, args)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_6, self.currentError)


    def rule_alt_inner(self):
        _locals = {'self': self}
        self.locals['alt_inner'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        def _G_or_2():
            _G_exactly_1, lastError = self.exactly('^')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_or_3():
            _G_exactly_1, lastError = self.exactly('e')
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('l')
            self.considerError(lastError)
            _G_exactly_3, lastError = self.exactly('s')
            self.considerError(lastError)
            _G_exactly_4, lastError = self.exactly('e')
            self.considerError(lastError)
            return (_G_exactly_4, self.currentError)
        _G_or_4, lastError = self._or([_G_or_2, _G_or_3])
        self.considerError(lastError)
        _G_apply_5, lastError = self._apply(self.rule_spaces, "spaces", [])
        self.considerError(lastError)
        _G_apply_6, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        return (_G_apply_6, self.currentError)


    def rule_partial(self):
        _locals = {'self': self}
        self.locals['partial'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('>')
        self.considerError(lastError)
        _G_apply_3, lastError = self._apply(self.rule_partial_inner, "partial_inner", [])
        self.considerError(lastError)
        _locals['i'] = _G_apply_3
        _G_python_4, lastError = eval("('partial',) + i", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_4, self.currentError)


    def rule_path(self):
        _locals = {'self': self}
        self.locals['path'] = _locals
        def _G_not_1():
            _G_exactly_1, lastError = self.exactly('/')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        _G_not_2, lastError = self._not(_G_not_1)
        self.considerError(lastError)
        def _G_many1_3():
            _G_apply_1, lastError = self._apply(self.rule_pathseg, "pathseg", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_many1_4, lastError = self.many(_G_many1_3, _G_many1_3())
        self.considerError(lastError)
        _locals['segments'] = _G_many1_4
        _G_python_5, lastError = eval("('path', segments)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_5, self.currentError)


    def rule_kwliteral(self):
        _locals = {'self': self}
        self.locals['kwliteral'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_safesymbol, "safesymbol", [])
        self.considerError(lastError)
        _locals['s'] = _G_apply_1
        _G_exactly_2, lastError = self.exactly('=')
        self.considerError(lastError)
        def _G_or_3():
            _G_apply_1, lastError = self._apply(self.rule_literal, "literal", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_4():
            _G_apply_1, lastError = self._apply(self.rule_path, "path", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_5():
            _G_apply_1, lastError = self._apply(self.rule_subexpression, "subexpression", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_or_6, lastError = self._or([_G_or_3, _G_or_4, _G_or_5])
        self.considerError(lastError)
        _locals['v'] = _G_or_6
        _G_python_7, lastError = eval("('kwparam', s, v)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_7, self.currentError)


    def rule_literal(self):
        _locals = {'self': self}
        self.locals['literal'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_string, "string", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_integer, "integer", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_3():
            _G_apply_1, lastError = self._apply(self.rule_boolean, "boolean", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_4():
            _G_apply_1, lastError = self._apply(self.rule_null, "null", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_5():
            _G_apply_1, lastError = self._apply(self.rule_undefined, "undefined", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_or_6, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4, _G_or_5])
        self.considerError(lastError)
        _locals['thing'] = _G_or_6
        _G_python_7, lastError = eval("('literalparam', thing)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_7, self.currentError)


    def rule_string(self):
        _locals = {'self': self}
        self.locals['string'] = _locals
        def _G_or_1():
            _G_exactly_1, lastError = self.exactly('"')
            self.considerError(lastError)
            def _G_many_2():
                _G_apply_1, lastError = self._apply(self.rule_notdquote, "notdquote", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_many_3, lastError = self.many(_G_many_2)
            self.considerError(lastError)
            _locals['ls'] = _G_many_3
            _G_exactly_4, lastError = self.exactly('"')
            self.considerError(lastError)
            _G_python_5, lastError = eval('u\'"\' + u\'\'.join(ls) + u\'"\'', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_5, self.currentError)
        def _G_or_2():
            _G_exactly_1, lastError = self.exactly("'")
            self.considerError(lastError)
            def _G_many_2():
                _G_apply_1, lastError = self._apply(self.rule_notsquote, "notsquote", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_many_3, lastError = self.many(_G_many_2)
            self.considerError(lastError)
            _locals['ls'] = _G_many_3
            _G_exactly_4, lastError = self.exactly("'")
            self.considerError(lastError)
            _G_python_5, lastError = eval('u"\'" + u\'\'.join(ls) + u"\'"', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_5, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_integer(self):
        _locals = {'self': self}
        self.locals['integer'] = _locals
        def _G_optional_1():
            _G_exactly_1, lastError = self.exactly('-')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_optional_2():
            return (None, self.input.nullError())
        _G_or_3, lastError = self._or([_G_optional_1, _G_optional_2])
        self.considerError(lastError)
        _locals['sign'] = _G_or_3
        def _G_many1_4():
            _G_apply_1, lastError = self._apply(self.rule_digit, "digit", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_many1_5, lastError = self.many(_G_many1_4, _G_many1_4())
        self.considerError(lastError)
        _locals['ds'] = _G_many1_5
        _G_python_6, lastError = eval("int((sign if sign else '') + ''.join(ds))", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_6, self.currentError)


    def rule_boolean(self):
        _locals = {'self': self}
        self.locals['boolean'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_false, "false", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_true, "true", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_false(self):
        _locals = {'self': self}
        self.locals['false'] = _locals
        _G_exactly_1, lastError = self.exactly('f')
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('a')
        self.considerError(lastError)
        _G_exactly_3, lastError = self.exactly('l')
        self.considerError(lastError)
        _G_exactly_4, lastError = self.exactly('s')
        self.considerError(lastError)
        _G_exactly_5, lastError = self.exactly('e')
        self.considerError(lastError)
        _G_python_6, lastError = eval('False', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_6, self.currentError)


    def rule_true(self):
        _locals = {'self': self}
        self.locals['true'] = _locals
        _G_exactly_1, lastError = self.exactly('t')
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('r')
        self.considerError(lastError)
        _G_exactly_3, lastError = self.exactly('u')
        self.considerError(lastError)
        _G_exactly_4, lastError = self.exactly('e')
        self.considerError(lastError)
        _G_python_5, lastError = eval('True', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_5, self.currentError)


    def rule_null(self):
        _locals = {'self': self}
        self.locals['null'] = _locals
        _G_exactly_1, lastError = self.exactly('n')
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('u')
        self.considerError(lastError)
        _G_exactly_3, lastError = self.exactly('l')
        self.considerError(lastError)
        _G_exactly_4, lastError = self.exactly('l')
        self.considerError(lastError)
        _G_python_5, lastError = eval('None', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_5, self.currentError)


    def rule_undefined(self):
        _locals = {'self': self}
        self.locals['undefined'] = _locals
        _G_exactly_1, lastError = self.exactly('u')
        self.considerError(lastError)
        _G_exactly_2, lastError = self.exactly('n')
        self.considerError(lastError)
        _G_exactly_3, lastError = self.exactly('d')
        self.considerError(lastError)
        _G_exactly_4, lastError = self.exactly('e')
        self.considerError(lastError)
        _G_exactly_5, lastError = self.exactly('f')
        self.considerError(lastError)
        _G_exactly_6, lastError = self.exactly('i')
        self.considerError(lastError)
        _G_exactly_7, lastError = self.exactly('n')
        self.considerError(lastError)
        _G_exactly_8, lastError = self.exactly('e')
        self.considerError(lastError)
        _G_exactly_9, lastError = self.exactly('d')
        self.considerError(lastError)
        _G_python_10, lastError = eval('None', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_10, self.currentError)


    def rule_notdquote(self):
        _locals = {'self': self}
        self.locals['notdquote'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_escapedquote, "escapedquote", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_2():
            _G_exactly_1, lastError = self.exactly('\n')
            self.considerError(lastError)
            _G_python_2, lastError = eval("'\\\\n'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_3():
            _G_exactly_1, lastError = self.exactly('\r')
            self.considerError(lastError)
            _G_python_2, lastError = eval("'\\\\r'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_4():
            _G_exactly_1, lastError = self.exactly('\\')
            self.considerError(lastError)
            _G_python_2, lastError = eval("'\\\\\\\\'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_5():
            def _G_not_1():
                _G_exactly_1, lastError = self.exactly('"')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            _G_not_2, lastError = self._not(_G_not_1)
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            return (_G_apply_3, self.currentError)
        _G_or_6, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4, _G_or_5])
        self.considerError(lastError)
        return (_G_or_6, self.currentError)


    def rule_notsquote(self):
        _locals = {'self': self}
        self.locals['notsquote'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_escapedquote, "escapedquote", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_2():
            _G_exactly_1, lastError = self.exactly('\n')
            self.considerError(lastError)
            _G_python_2, lastError = eval("'\\\\n'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_3():
            _G_exactly_1, lastError = self.exactly('\r')
            self.considerError(lastError)
            _G_python_2, lastError = eval("'\\\\r'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_4():
            _G_exactly_1, lastError = self.exactly('\\')
            self.considerError(lastError)
            _G_python_2, lastError = eval("'\\\\\\\\'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_5():
            def _G_not_1():
                _G_exactly_1, lastError = self.exactly("'")
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            _G_not_2, lastError = self._not(_G_not_1)
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            return (_G_apply_3, self.currentError)
        _G_or_6, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4, _G_or_5])
        self.considerError(lastError)
        return (_G_or_6, self.currentError)


    def rule_escapedquote(self):
        _locals = {'self': self}
        self.locals['escapedquote'] = _locals
        def _G_or_1():
            _G_exactly_1, lastError = self.exactly('\\')
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('"')
            self.considerError(lastError)
            _G_python_3, lastError = eval('\'\\\\"\'', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        def _G_or_2():
            _G_exactly_1, lastError = self.exactly('\\')
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly("'")
            self.considerError(lastError)
            _G_python_3, lastError = eval('"\\\\\'"', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_notclosebracket(self):
        _locals = {'self': self}
        self.locals['notclosebracket'] = _locals
        def _G_not_1():
            _G_exactly_1, lastError = self.exactly(']')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        _G_not_2, lastError = self._not(_G_not_1)
        self.considerError(lastError)
        _G_apply_3, lastError = self._apply(self.rule_anything, "anything", [])
        self.considerError(lastError)
        return (_G_apply_3, self.currentError)


    def rule_safesymbol(self):
        _locals = {'self': self}
        self.locals['safesymbol'] = _locals
        def _G_not_1():
            _G_apply_1, lastError = self._apply(self.rule_alt_inner, "alt_inner", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_not_2, lastError = self._not(_G_not_1)
        self.considerError(lastError)
        def _G_optional_3():
            _G_exactly_1, lastError = self.exactly('[')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_optional_4():
            return (None, self.input.nullError())
        _G_or_5, lastError = self._or([_G_optional_3, _G_optional_4])
        self.considerError(lastError)
        def _G_or_6():
            _G_apply_1, lastError = self._apply(self.rule_letter, "letter", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_7():
            _G_exactly_1, lastError = self.exactly('_')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        _G_or_8, lastError = self._or([_G_or_6, _G_or_7])
        self.considerError(lastError)
        _locals['start'] = _G_or_8
        def _G_many1_9():
            def _G_or_1():
                _G_apply_1, lastError = self._apply(self.rule_letterOrDigit, "letterOrDigit", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_2():
                _G_exactly_1, lastError = self.exactly('_')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
            self.considerError(lastError)
            return (_G_or_3, self.currentError)
        _G_many1_10, lastError = self.many(_G_many1_9, _G_many1_9())
        self.considerError(lastError)
        _locals['symbol'] = _G_many1_10
        def _G_optional_11():
            _G_exactly_1, lastError = self.exactly(']')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_optional_12():
            return (None, self.input.nullError())
        _G_or_13, lastError = self._or([_G_optional_11, _G_optional_12])
        self.considerError(lastError)
        _G_python_14, lastError = eval("start + u''.join(symbol)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_14, self.currentError)


    def rule_symbol(self):
        _locals = {'self': self}
        self.locals['symbol'] = _locals
        def _G_not_1():
            _G_apply_1, lastError = self._apply(self.rule_alt_inner, "alt_inner", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_not_2, lastError = self._not(_G_not_1)
        self.considerError(lastError)
        def _G_optional_3():
            _G_exactly_1, lastError = self.exactly('[')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_optional_4():
            return (None, self.input.nullError())
        _G_or_5, lastError = self._or([_G_optional_3, _G_optional_4])
        self.considerError(lastError)
        def _G_many1_6():
            def _G_or_1():
                _G_apply_1, lastError = self._apply(self.rule_letterOrDigit, "letterOrDigit", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            def _G_or_2():
                _G_exactly_1, lastError = self.exactly('-')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            def _G_or_3():
                _G_exactly_1, lastError = self.exactly('@')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            _G_or_4, lastError = self._or([_G_or_1, _G_or_2, _G_or_3])
            self.considerError(lastError)
            return (_G_or_4, self.currentError)
        _G_many1_7, lastError = self.many(_G_many1_6, _G_many1_6())
        self.considerError(lastError)
        _locals['symbol'] = _G_many1_7
        def _G_optional_8():
            _G_exactly_1, lastError = self.exactly(']')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        def _G_optional_9():
            return (None, self.input.nullError())
        _G_or_10, lastError = self._or([_G_optional_8, _G_optional_9])
        self.considerError(lastError)
        _G_python_11, lastError = eval("u''.join(symbol)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_11, self.currentError)


    def rule_partialname(self):
        _locals = {'self': self}
        self.locals['partialname'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_subexpression, "subexpression", [])
            self.considerError(lastError)
            _locals['s'] = _G_apply_1
            _G_python_2, lastError = eval('s', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_2():
            def _G_not_1():
                _G_apply_1, lastError = self._apply(self.rule_alt_inner, "alt_inner", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_not_2, lastError = self._not(_G_not_1)
            self.considerError(lastError)
            def _G_optional_3():
                def _G_or_1():
                    _G_exactly_1, lastError = self.exactly('[')
                    self.considerError(lastError)
                    return (_G_exactly_1, self.currentError)
                def _G_or_2():
                    _G_exactly_1, lastError = self.exactly('"')
                    self.considerError(lastError)
                    return (_G_exactly_1, self.currentError)
                _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
                self.considerError(lastError)
                return (_G_or_3, self.currentError)
            def _G_optional_4():
                return (None, self.input.nullError())
            _G_or_5, lastError = self._or([_G_optional_3, _G_optional_4])
            self.considerError(lastError)
            def _G_many1_6():
                def _G_not_1():
                    def _G_or_1():
                        _G_apply_1, lastError = self._apply(self.rule_space, "space", [])
                        self.considerError(lastError)
                        return (_G_apply_1, self.currentError)
                    def _G_or_2():
                        _G_apply_1, lastError = self._apply(self.rule_finish, "finish", [])
                        self.considerError(lastError)
                        return (_G_apply_1, self.currentError)
                    def _G_or_3():
                        _G_exactly_1, lastError = self.exactly(']')
                        self.considerError(lastError)
                        return (_G_exactly_1, self.currentError)
                    def _G_or_4():
                        _G_exactly_1, lastError = self.exactly('"')
                        self.considerError(lastError)
                        return (_G_exactly_1, self.currentError)
                    _G_or_5, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4])
                    self.considerError(lastError)
                    return (_G_or_5, self.currentError)
                _G_not_2, lastError = self._not(_G_not_1)
                self.considerError(lastError)
                _G_apply_3, lastError = self._apply(self.rule_anything, "anything", [])
                self.considerError(lastError)
                return (_G_apply_3, self.currentError)
            _G_many1_7, lastError = self.many(_G_many1_6, _G_many1_6())
            self.considerError(lastError)
            _locals['symbol'] = _G_many1_7
            def _G_optional_8():
                def _G_or_1():
                    _G_exactly_1, lastError = self.exactly(']')
                    self.considerError(lastError)
                    return (_G_exactly_1, self.currentError)
                def _G_or_2():
                    _G_exactly_1, lastError = self.exactly('"')
                    self.considerError(lastError)
                    return (_G_exactly_1, self.currentError)
                _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
                self.considerError(lastError)
                return (_G_or_3, self.currentError)
            def _G_optional_9():
                return (None, self.input.nullError())
            _G_or_10, lastError = self._or([_G_optional_8, _G_optional_9])
            self.considerError(lastError)
            _G_python_11, lastError = eval('(\'literalparam\', \'"\' + u\'\'.join(symbol) + \'"\')', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_11, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_pathseg(self):
        _locals = {'self': self}
        self.locals['pathseg'] = _locals
        def _G_or_1():
            _G_exactly_1, lastError = self.exactly('[')
            self.considerError(lastError)
            def _G_many1_2():
                _G_apply_1, lastError = self._apply(self.rule_notclosebracket, "notclosebracket", [])
                self.considerError(lastError)
                return (_G_apply_1, self.currentError)
            _G_many1_3, lastError = self.many(_G_many1_2, _G_many1_2())
            self.considerError(lastError)
            _locals['symbol'] = _G_many1_3
            _G_exactly_4, lastError = self.exactly(']')
            self.considerError(lastError)
            _G_python_5, lastError = eval("u''.join(symbol)", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_5, self.currentError)
        def _G_or_2():
            _G_exactly_1, lastError = self.exactly('@')
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('.')
            self.considerError(lastError)
            _G_exactly_3, lastError = self.exactly('.')
            self.considerError(lastError)
            _G_exactly_4, lastError = self.exactly('/')
            self.considerError(lastError)
            _G_python_5, lastError = eval("u'@@_parent'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_5, self.currentError)
        def _G_or_3():
            _G_apply_1, lastError = self._apply(self.rule_symbol, "symbol", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_4():
            _G_exactly_1, lastError = self.exactly('/')
            self.considerError(lastError)
            _G_python_2, lastError = eval("u''", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        def _G_or_5():
            _G_exactly_1, lastError = self.exactly('.')
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('.')
            self.considerError(lastError)
            _G_exactly_3, lastError = self.exactly('/')
            self.considerError(lastError)
            _G_python_4, lastError = eval("u'@_parent'", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_4, self.currentError)
        def _G_or_6():
            _G_exactly_1, lastError = self.exactly('.')
            self.considerError(lastError)
            _G_python_2, lastError = eval("u''", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        _G_or_7, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4, _G_or_5, _G_or_6])
        self.considerError(lastError)
        return (_G_or_7, self.currentError)


    def rule_pathfinish(self):
        _locals = {'self': self}
        self.locals['pathfinish'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_anything, "anything", [])
        self.considerError(lastError)
        _locals['expected'] = _G_apply_1
        _G_apply_2, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_exactly_3, lastError = self.exactly('/')
        self.considerError(lastError)
        _G_apply_4, lastError = self._apply(self.rule_path, "path", [])
        self.considerError(lastError)
        _locals['found'] = _G_apply_4
        def _G_pred_5():
            _G_python_1, lastError = eval('found == expected', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_1, self.currentError)
        _G_pred_6, lastError = self.pred(_G_pred_5)
        self.considerError(lastError)
        _G_apply_7, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        return (_G_apply_7, self.currentError)


    def rule_symbolfinish(self):
        _locals = {'self': self}
        self.locals['symbolfinish'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_anything, "anything", [])
        self.considerError(lastError)
        _locals['expected'] = _G_apply_1
        _G_apply_2, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_exactly_3, lastError = self.exactly('/')
        self.considerError(lastError)
        _G_apply_4, lastError = self._apply(self.rule_symbol, "symbol", [])
        self.considerError(lastError)
        _locals['found'] = _G_apply_4
        def _G_pred_5():
            _G_python_1, lastError = eval('found == expected', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_1, self.currentError)
        _G_pred_6, lastError = self.pred(_G_pred_5)
        self.considerError(lastError)
        _G_apply_7, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        return (_G_apply_7, self.currentError)


    def rule_blockrule(self):
        _locals = {'self': self}
        self.locals['blockrule'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('#')
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_block_inner, "block_inner", [])
            self.considerError(lastError)
            _locals['i'] = _G_apply_3
            _G_apply_4, lastError = self._apply(self.rule_template, "template", [])
            self.considerError(lastError)
            _locals['t'] = _G_apply_4
            _G_apply_5, lastError = self._apply(self.rule_alttemplate, "alttemplate", [])
            self.considerError(lastError)
            _locals['alt_t'] = _G_apply_5
            _G_python_6, lastError = eval('i[0]', self.globals, _locals), None
            self.considerError(lastError)
            _G_apply_7, lastError = self._apply(self.rule_symbolfinish, "symbolfinish", [_G_python_6])
            self.considerError(lastError)
            _G_python_8, lastError = eval("('block',) + i + (t, alt_t)", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_8, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
            self.considerError(lastError)
            _G_exactly_2, lastError = self.exactly('^')
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_block_inner, "block_inner", [])
            self.considerError(lastError)
            _locals['i'] = _G_apply_3
            _G_apply_4, lastError = self._apply(self.rule_template, "template", [])
            self.considerError(lastError)
            _locals['t'] = _G_apply_4
            _G_apply_5, lastError = self._apply(self.rule_alttemplate, "alttemplate", [])
            self.considerError(lastError)
            _locals['alt_t'] = _G_apply_5
            _G_python_6, lastError = eval('i[0]', self.globals, _locals), None
            self.considerError(lastError)
            _G_apply_7, lastError = self._apply(self.rule_symbolfinish, "symbolfinish", [_G_python_6])
            self.considerError(lastError)
            _G_python_8, lastError = eval("('invertedblock',) + i + (t, alt_t)", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_8, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_alttemplate(self):
        _locals = {'self': self}
        self.locals['alttemplate'] = _locals
        def _G_optional_1():
            _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
            self.considerError(lastError)
            _G_apply_2, lastError = self._apply(self.rule_alt_inner, "alt_inner", [])
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_template, "template", [])
            self.considerError(lastError)
            return (_G_apply_3, self.currentError)
        def _G_optional_2():
            return (None, self.input.nullError())
        _G_or_3, lastError = self._or([_G_optional_1, _G_optional_2])
        self.considerError(lastError)
        _locals['alt_t'] = _G_or_3
        _G_python_4, lastError = eval('alt_t or []', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_4, self.currentError)


    def rule_rawblockstart(self):
        _locals = {'self': self}
        self.locals['rawblockstart'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_apply_2, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_apply_3, lastError = self._apply(self.rule_block_inner, "block_inner", [])
        self.considerError(lastError)
        _locals['i'] = _G_apply_3
        _G_apply_4, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        _G_python_5, lastError = eval('i', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_5, self.currentError)


    def rule_rawblockfinish(self):
        _locals = {'self': self}
        self.locals['rawblockfinish'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_anything, "anything", [])
        self.considerError(lastError)
        _locals['expected'] = _G_apply_1
        _G_apply_2, lastError = self._apply(self.rule_start, "start", [])
        self.considerError(lastError)
        _G_python_3, lastError = eval('expected', self.globals, _locals), None
        self.considerError(lastError)
        _G_apply_4, lastError = self._apply(self.rule_symbolfinish, "symbolfinish", [_G_python_3])
        self.considerError(lastError)
        _G_apply_5, lastError = self._apply(self.rule_finish, "finish", [])
        self.considerError(lastError)
        return (_G_apply_5, self.currentError)


    def rule_rawblock(self):
        _locals = {'self': self}
        self.locals['rawblock'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_rawblockstart, "rawblockstart", [])
        self.considerError(lastError)
        _locals['i'] = _G_apply_1
        def _G_many_2():
            def _G_not_1():
                _G_python_1, lastError = eval('i[0]', self.globals, _locals), None
                self.considerError(lastError)
                _G_apply_2, lastError = self._apply(self.rule_rawblockfinish, "rawblockfinish", [_G_python_1])
                self.considerError(lastError)
                return (_G_apply_2, self.currentError)
            _G_not_2, lastError = self._not(_G_not_1)
            self.considerError(lastError)
            _G_apply_3, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            return (_G_apply_3, self.currentError)
        _G_many_3, lastError = self.many(_G_many_2)
        self.considerError(lastError)
        _locals['r'] = _G_many_3
        _G_python_4, lastError = eval('i[0]', self.globals, _locals), None
        self.considerError(lastError)
        _G_apply_5, lastError = self._apply(self.rule_rawblockfinish, "rawblockfinish", [_G_python_4])
        self.considerError(lastError)
        _G_python_6, lastError = eval("('rawblock',) + i + (''.join(r),)", self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_6, self.currentError)


class Grammar(GrammarBase):
    def rule_compile(self):
        _locals = {'self': self}
        self.locals['compile'] = _locals
        _G_apply_1, lastError = self._apply(self.rule_prolog, "prolog", [])
        self.considerError(lastError)
        def _G_many_2():
            _G_apply_1, lastError = self._apply(self.rule_rule, "rule", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_many_3, lastError = self.many(_G_many_2)
        self.considerError(lastError)
        _G_python_4, lastError = eval('builder.finish()', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_4, self.currentError)


    def rule_prolog(self):
        _locals = {'self': self}
        self.locals['prolog'] = _locals
        _G_exactly_1, lastError = self.exactly('template')
        self.considerError(lastError)
        _G_python_2, lastError = eval('builder.start()', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_2, self.currentError)


    def rule_rule(self):
        _locals = {'self': self}
        self.locals['rule'] = _locals
        def _G_or_1():
            _G_apply_1, lastError = self._apply(self.rule_literal, "literal", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_expand, "expand", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_3():
            _G_apply_1, lastError = self._apply(self.rule_escapedexpand, "escapedexpand", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_4():
            _G_apply_1, lastError = self._apply(self.rule_comment, "comment", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_5():
            _G_apply_1, lastError = self._apply(self.rule_block, "block", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_6():
            _G_apply_1, lastError = self._apply(self.rule_invertedblock, "invertedblock", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_7():
            _G_apply_1, lastError = self._apply(self.rule_rawblock, "rawblock", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        def _G_or_8():
            _G_apply_1, lastError = self._apply(self.rule_partial, "partial", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_or_9, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4, _G_or_5, _G_or_6, _G_or_7, _G_or_8])
        self.considerError(lastError)
        return (_G_or_9, self.currentError)


    def rule_block(self):
        _locals = {'self': self}
        self.locals['block'] = _locals
        def _G_listpattern_1():
            _G_exactly_1, lastError = self.exactly('block')
            self.considerError(lastError)
            _G_apply_2, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            _locals['symbol'] = _G_apply_2
            def _G_listpattern_3():
                def _G_many_1():
                    _G_apply_1, lastError = self._apply(self.rule_arg, "arg", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                _G_many_2, lastError = self.many(_G_many_1)
                self.considerError(lastError)
                _locals['arguments'] = _G_many_2
                return (_locals['arguments'], self.currentError)
            _G_listpattern_4, lastError = self.listpattern(_G_listpattern_3)
            self.considerError(lastError)
            def _G_listpattern_5():
                _G_apply_1, lastError = self._apply(self.rule_compile, "compile", [])
                self.considerError(lastError)
                _locals['t'] = _G_apply_1
                return (_locals['t'], self.currentError)
            _G_listpattern_6, lastError = self.listpattern(_G_listpattern_5)
            self.considerError(lastError)
            def _G_listpattern_7():
                def _G_optional_1():
                    _G_apply_1, lastError = self._apply(self.rule_compile, "compile", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                def _G_optional_2():
                    return (None, self.input.nullError())
                _G_or_3, lastError = self._or([_G_optional_1, _G_optional_2])
                self.considerError(lastError)
                _locals['alt_t'] = _G_or_3
                return (_locals['alt_t'], self.currentError)
            _G_listpattern_8, lastError = self.listpattern(_G_listpattern_7)
            self.considerError(lastError)
            return (_G_listpattern_8, self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        _G_python_3, lastError = eval('builder.add_block(symbol, arguments, t, alt_t)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_comment(self):
        _locals = {'self': self}
        self.locals['comment'] = _locals
        def _G_listpattern_1():
            _G_exactly_1, lastError = self.exactly('comment')
            self.considerError(lastError)
            return (_G_exactly_1, self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        return (_G_listpattern_2, self.currentError)


    def rule_literal(self):
        _locals = {'self': self}
        self.locals['literal'] = _locals
        def _G_listpattern_1():
            def _G_or_1():
                _G_exactly_1, lastError = self.exactly('literal')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            def _G_or_2():
                _G_exactly_1, lastError = self.exactly('newline')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            def _G_or_3():
                _G_exactly_1, lastError = self.exactly('whitespace')
                self.considerError(lastError)
                return (_G_exactly_1, self.currentError)
            _G_or_4, lastError = self._or([_G_or_1, _G_or_2, _G_or_3])
            self.considerError(lastError)
            _G_apply_5, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            _locals['value'] = _G_apply_5
            return (_locals['value'], self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        _G_python_3, lastError = eval('builder.add_literal(value)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_expand(self):
        _locals = {'self': self}
        self.locals['expand'] = _locals
        def _G_listpattern_1():
            _G_exactly_1, lastError = self.exactly('expand')
            self.considerError(lastError)
            _G_apply_2, lastError = self._apply(self.rule_path, "path", [])
            self.considerError(lastError)
            _locals['value'] = _G_apply_2
            def _G_listpattern_3():
                def _G_many_1():
                    _G_apply_1, lastError = self._apply(self.rule_arg, "arg", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                _G_many_2, lastError = self.many(_G_many_1)
                self.considerError(lastError)
                _locals['arguments'] = _G_many_2
                return (_locals['arguments'], self.currentError)
            _G_listpattern_4, lastError = self.listpattern(_G_listpattern_3)
            self.considerError(lastError)
            return (_G_listpattern_4, self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        _G_python_3, lastError = eval('builder.add_expand(value, arguments)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_escapedexpand(self):
        _locals = {'self': self}
        self.locals['escapedexpand'] = _locals
        def _G_listpattern_1():
            _G_exactly_1, lastError = self.exactly('escapedexpand')
            self.considerError(lastError)
            _G_apply_2, lastError = self._apply(self.rule_path, "path", [])
            self.considerError(lastError)
            _locals['value'] = _G_apply_2
            def _G_listpattern_3():
                def _G_many_1():
                    _G_apply_1, lastError = self._apply(self.rule_arg, "arg", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                _G_many_2, lastError = self.many(_G_many_1)
                self.considerError(lastError)
                _locals['arguments'] = _G_many_2
                return (_locals['arguments'], self.currentError)
            _G_listpattern_4, lastError = self.listpattern(_G_listpattern_3)
            self.considerError(lastError)
            return (_G_listpattern_4, self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        _G_python_3, lastError = eval('builder.add_escaped_expand(value, arguments)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_invertedblock(self):
        _locals = {'self': self}
        self.locals['invertedblock'] = _locals
        def _G_listpattern_1():
            _G_exactly_1, lastError = self.exactly('invertedblock')
            self.considerError(lastError)
            _G_apply_2, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            _locals['symbol'] = _G_apply_2
            def _G_listpattern_3():
                def _G_many_1():
                    _G_apply_1, lastError = self._apply(self.rule_arg, "arg", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                _G_many_2, lastError = self.many(_G_many_1)
                self.considerError(lastError)
                _locals['arguments'] = _G_many_2
                return (_locals['arguments'], self.currentError)
            _G_listpattern_4, lastError = self.listpattern(_G_listpattern_3)
            self.considerError(lastError)
            def _G_listpattern_5():
                _G_apply_1, lastError = self._apply(self.rule_compile, "compile", [])
                self.considerError(lastError)
                _locals['t'] = _G_apply_1
                return (_locals['t'], self.currentError)
            _G_listpattern_6, lastError = self.listpattern(_G_listpattern_5)
            self.considerError(lastError)
            def _G_listpattern_7():
                def _G_optional_1():
                    _G_apply_1, lastError = self._apply(self.rule_compile, "compile", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                def _G_optional_2():
                    return (None, self.input.nullError())
                _G_or_3, lastError = self._or([_G_optional_1, _G_optional_2])
                self.considerError(lastError)
                _locals['alt_t'] = _G_or_3
                return (_locals['alt_t'], self.currentError)
            _G_listpattern_8, lastError = self.listpattern(_G_listpattern_7)
            self.considerError(lastError)
            return (_G_listpattern_8, self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        _G_python_3, lastError = eval('builder.add_invertedblock(symbol, arguments, t, alt_t)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_rawblock(self):
        _locals = {'self': self}
        self.locals['rawblock'] = _locals
        def _G_listpattern_1():
            _G_exactly_1, lastError = self.exactly('rawblock')
            self.considerError(lastError)
            _G_apply_2, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            _locals['symbol'] = _G_apply_2
            def _G_listpattern_3():
                def _G_many_1():
                    _G_apply_1, lastError = self._apply(self.rule_arg, "arg", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                _G_many_2, lastError = self.many(_G_many_1)
                self.considerError(lastError)
                _locals['arguments'] = _G_many_2
                return (_locals['arguments'], self.currentError)
            _G_listpattern_4, lastError = self.listpattern(_G_listpattern_3)
            self.considerError(lastError)
            _G_apply_5, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            _locals['raw'] = _G_apply_5
            return (_locals['raw'], self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        _G_python_3, lastError = eval('builder.add_rawblock(symbol, arguments, raw)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_partial(self):
        _locals = {'self': self}
        self.locals['partial'] = _locals
        def _G_listpattern_1():
            _G_exactly_1, lastError = self.exactly('partial')
            self.considerError(lastError)
            _G_apply_2, lastError = self._apply(self.rule_complexarg, "complexarg", [])
            self.considerError(lastError)
            _locals['symbol'] = _G_apply_2
            def _G_listpattern_3():
                def _G_many_1():
                    _G_apply_1, lastError = self._apply(self.rule_arg, "arg", [])
                    self.considerError(lastError)
                    return (_G_apply_1, self.currentError)
                _G_many_2, lastError = self.many(_G_many_1)
                self.considerError(lastError)
                _locals['arguments'] = _G_many_2
                return (_locals['arguments'], self.currentError)
            _G_listpattern_4, lastError = self.listpattern(_G_listpattern_3)
            self.considerError(lastError)
            return (_G_listpattern_4, self.currentError)
        _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
        self.considerError(lastError)
        _G_python_3, lastError = eval('builder.add_partial(symbol, arguments)', self.globals, _locals), None
        self.considerError(lastError)
        return (_G_python_3, self.currentError)


    def rule_path(self):
        _locals = {'self': self}
        self.locals['path'] = _locals
        def _G_or_1():
            def _G_listpattern_1():
                _G_exactly_1, lastError = self.exactly('path')
                self.considerError(lastError)
                def _G_listpattern_2():
                    _G_apply_1, lastError = self._apply(self.rule_pathseg, "pathseg", [])
                    self.considerError(lastError)
                    _locals['segment'] = _G_apply_1
                    return (_locals['segment'], self.currentError)
                _G_listpattern_3, lastError = self.listpattern(_G_listpattern_2)
                self.considerError(lastError)
                return (_G_listpattern_3, self.currentError)
            _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
            self.considerError(lastError)
            _G_python_3, lastError = eval('("simple", segment)', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        def _G_or_2():
            def _G_listpattern_1():
                _G_exactly_1, lastError = self.exactly('path')
                self.considerError(lastError)
                def _G_listpattern_2():
                    def _G_many1_1():
                        _G_apply_1, lastError = self._apply(self.rule_pathseg, "pathseg", [])
                        self.considerError(lastError)
                        return (_G_apply_1, self.currentError)
                    _G_many1_2, lastError = self.many(_G_many1_1, _G_many1_1())
                    self.considerError(lastError)
                    _locals['segments'] = _G_many1_2
                    return (_locals['segments'], self.currentError)
                _G_listpattern_3, lastError = self.listpattern(_G_listpattern_2)
                self.considerError(lastError)
                return (_G_listpattern_3, self.currentError)
            _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
            self.considerError(lastError)
            _G_python_3, lastError = eval('("complex", u"resolve(context, u\'" + u"\', u\'".join(segments) + u"\')" )', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_complexarg(self):
        _locals = {'self': self}
        self.locals['complexarg'] = _locals
        def _G_or_1():
            def _G_listpattern_1():
                _G_exactly_1, lastError = self.exactly('path')
                self.considerError(lastError)
                def _G_listpattern_2():
                    def _G_many1_1():
                        _G_apply_1, lastError = self._apply(self.rule_pathseg, "pathseg", [])
                        self.considerError(lastError)
                        return (_G_apply_1, self.currentError)
                    _G_many1_2, lastError = self.many(_G_many1_1, _G_many1_1())
                    self.considerError(lastError)
                    _locals['segments'] = _G_many1_2
                    return (_locals['segments'], self.currentError)
                _G_listpattern_3, lastError = self.listpattern(_G_listpattern_2)
                self.considerError(lastError)
                return (_G_listpattern_3, self.currentError)
            _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
            self.considerError(lastError)
            _G_python_3, lastError = eval('u"resolve(context, u\'" + u"\', u\'".join(segments) + u"\')"', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        def _G_or_2():
            def _G_listpattern_1():
                _G_exactly_1, lastError = self.exactly('subexpr')
                self.considerError(lastError)
                def _G_listpattern_2():
                    _G_exactly_1, lastError = self.exactly('path')
                    self.considerError(lastError)
                    _G_apply_2, lastError = self._apply(self.rule_pathseg, "pathseg", [])
                    self.considerError(lastError)
                    _locals['name'] = _G_apply_2
                    return (_locals['name'], self.currentError)
                _G_listpattern_3, lastError = self.listpattern(_G_listpattern_2)
                self.considerError(lastError)
                def _G_listpattern_4():
                    def _G_many_1():
                        _G_apply_1, lastError = self._apply(self.rule_arg, "arg", [])
                        self.considerError(lastError)
                        return (_G_apply_1, self.currentError)
                    _G_many_2, lastError = self.many(_G_many_1)
                    self.considerError(lastError)
                    _locals['arguments'] = _G_many_2
                    return (_locals['arguments'], self.currentError)
                _G_listpattern_5, lastError = self.listpattern(_G_listpattern_4)
                self.considerError(lastError)
                return (_G_listpattern_5, self.currentError)
            _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
            self.considerError(lastError)
            _G_python_3, lastError = eval('u\'resolve_subexpr(helpers, "\' + name + \'", context\' + (u\', \' + u\', \'.join(arguments) if arguments else u\'\') + u\')\'', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        def _G_or_3():
            def _G_listpattern_1():
                _G_exactly_1, lastError = self.exactly('literalparam')
                self.considerError(lastError)
                _G_apply_2, lastError = self._apply(self.rule_anything, "anything", [])
                self.considerError(lastError)
                _locals['value'] = _G_apply_2
                return (_locals['value'], self.currentError)
            _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
            self.considerError(lastError)
            _G_python_3, lastError = eval('str(value)', self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        _G_or_4, lastError = self._or([_G_or_1, _G_or_2, _G_or_3])
        self.considerError(lastError)
        return (_G_or_4, self.currentError)


    def rule_arg(self):
        _locals = {'self': self}
        self.locals['arg'] = _locals
        def _G_or_1():
            def _G_listpattern_1():
                _G_exactly_1, lastError = self.exactly('kwparam')
                self.considerError(lastError)
                _G_apply_2, lastError = self._apply(self.rule_anything, "anything", [])
                self.considerError(lastError)
                _locals['symbol'] = _G_apply_2
                _G_apply_3, lastError = self._apply(self.rule_complexarg, "complexarg", [])
                self.considerError(lastError)
                _locals['a'] = _G_apply_3
                return (_locals['a'], self.currentError)
            _G_listpattern_2, lastError = self.listpattern(_G_listpattern_1)
            self.considerError(lastError)
            _G_python_3, lastError = eval("str(symbol) + '=' + a", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_3, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_complexarg, "complexarg", [])
            self.considerError(lastError)
            return (_G_apply_1, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)


    def rule_pathseg(self):
        _locals = {'self': self}
        self.locals['pathseg'] = _locals
        def _G_or_1():
            def _G_or_1():
                _G_exactly_1, lastError = self.exactly('/')
                self.considerError(lastError)
                _G_python_2, lastError = eval("''", self.globals, _locals), None
                self.considerError(lastError)
                return (_G_python_2, self.currentError)
            def _G_or_2():
                _G_exactly_1, lastError = self.exactly('.')
                self.considerError(lastError)
                _G_python_2, lastError = eval("''", self.globals, _locals), None
                self.considerError(lastError)
                return (_G_python_2, self.currentError)
            def _G_or_3():
                _G_exactly_1, lastError = self.exactly('')
                self.considerError(lastError)
                _G_python_2, lastError = eval("''", self.globals, _locals), None
                self.considerError(lastError)
                return (_G_python_2, self.currentError)
            def _G_or_4():
                _G_exactly_1, lastError = self.exactly('this')
                self.considerError(lastError)
                _G_python_2, lastError = eval("''", self.globals, _locals), None
                self.considerError(lastError)
                return (_G_python_2, self.currentError)
            _G_or_5, lastError = self._or([_G_or_1, _G_or_2, _G_or_3, _G_or_4])
            self.considerError(lastError)
            return (_G_or_5, self.currentError)
        def _G_or_2():
            _G_apply_1, lastError = self._apply(self.rule_anything, "anything", [])
            self.considerError(lastError)
            _locals['symbol'] = _G_apply_1
            _G_python_2, lastError = eval("u''.join(symbol)", self.globals, _locals), None
            self.considerError(lastError)
            return (_G_python_2, self.currentError)
        _G_or_3, lastError = self._or([_G_or_1, _G_or_2])
        self.considerError(lastError)
        return (_G_or_3, self.currentError)
