import pybars

if pybars.__version__ != '0.9.7':
    raise pybars.PybarsError("This template was precompiled with pybars3 version 0.9.7, running version %s" % pybars.__version__)

from pybars import strlist, Scope, PybarsError
from pybars._compiler import _pybars_, escape, resolve, resolve_subexpr, prepare, ensure_scope

from functools import partial


def render(context, helpers=None, partials=None, root=None):
    _helpers = dict(_pybars_['helpers'])
    if helpers is not None:
        _helpers.update(helpers)
    helpers = _helpers
    if partials is None:
        partials = {}
    called = root is None
    if called:
        root = context
    result = strlist()
    context = ensure_scope(context, root)
    value = helpers.get(u'code')
    if value is None:
        value = resolve(context, u'code')
    if hasattr(value, '__call__'):
        value = value(context)
    elif value is None:
        value = helpers['helperMissing'](context, u'code')
    result.grow(prepare(value, False))
    if called:
        result = str(result)
    return result
