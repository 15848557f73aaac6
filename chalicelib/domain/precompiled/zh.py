import pybars

if pybars.__version__ != '0.9.7':
    raise pybars.PybarsError("This template was precompiled with pybars3 version 0.9.7, running version %s" % pybars.__version__)

from pybars import strlist, Scope, PybarsError
from pybars._compiler import _pybars_, escape, resolve, resolve_subexpr, prepare, ensure_scope

from functools import partial


def block_1(context, helpers, partials, root):
    result = strlist()
    context = ensure_scope(context, root)
    result.append('进行')
    value = helpers.get(u'op')
    if value is None:
        value = resolve(context, u'op')
    if hasattr(value, '__call__'):
        value = value(context)
    elif value is None:
        value = helpers['helperMissing'](context, u'op')
    result.grow(prepare(value, False))
    result.append('操作')
    return result

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
    result.append('【')
    value = helpers.get(u'sign')
    if value is None:
        value = resolve(context, u'sign')
    if hasattr(value, '__call__'):
        value = value(context)
    elif value is None:
        value = helpers['helperMissing'](context, u'sign')
    result.grow(prepare(value, False))
    result.append('】您正在使用')
    value = helpers.get(u'name')
    if value is None:
        value = resolve(context, u'name')
    if hasattr(value, '__call__'):
        value = value(context)
    elif value is None:
        value = helpers['helperMissing'](context, u'name')
    result.grow(prepare(value, False))
    result.append('服务')
    options = {'fn': partial(block_1, helpers=helpers, partials=partials, root=root)}
    options['helpers'] = helpers
    options['partials'] = partials
    options['root'] = root
    options['inverse'] = lambda this: None
    value = helper = helpers.get(u'if')
    if value is None:
        value = resolve(context, u'if')
    if helper and hasattr(helper, '__call__'):
        value = helper(context, options, resolve(context, u'op'))
    else:
        value = helpers['blockHelperMissing'](context, options, value)
    result.grow(value or '')
    result.append('，您的验证码是：')
    value = helpers.get(u'code')
    if value is None:
        value = resolve(context, u'code')
    if hasattr(value, '__call__'):
        value = value(context)
    elif value is None:
        value = helpers['helperMissing'](context, u'code')
    result.grow(prepare(value, False))
    result.append('，请在')
    value = helpers.get(u'ttl')
    if value is None:
        value = resolve(context, u'ttl')
    if hasattr(value, '__call__'):
        value = value(context)
    elif value is None:
        value = helpers['helperMissing'](context, u'ttl')
    result.grow(prepare(value, False))
    result.append('分钟内完成验证。')
    if called:
        result = str(result)
    return result
