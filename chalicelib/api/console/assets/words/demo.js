// The words of the demo page.

export const en = {
  'demo.title': 'Verify a phone',
  'demo.key': 'App key',
  'demo.start': 'Begin',
  'demo.change': 'Other keys',
  'demo.picture': 'What is written here? Press it for another one.',
  'demo.reading': 'What the picture says',
  'demo.read': 'OK',
  'demo.phone': 'Mobile phone number',
  'demo.send': 'Send me a code',
  'demo.sent': 'A code is on its way to {phone}.',
  'demo.code': 'Six digits',
  'demo.verify': 'Verify',
  'demo.verified': '{phone} is verified.',
  'demo.wait': 'Another code in {left} s',
  'demo.another': 'Another code',
  'demo.snippet': 'The same for a site of your own',
}

export const zh = {
  'demo.title': '验证手机号',
  'demo.key': 'App Key',
  'demo.start': '开始',
  'demo.change': '更换密钥',
  'demo.picture': '图中写的是什么？点击可换一张。',
  'demo.reading': '图形验证码',
  'demo.read': '确定',
  'demo.phone': '手机号',
  'demo.send': '发送验证码',
  'demo.sent': '验证码已发往 {phone}。',
  'demo.code': '六位数字',
  'demo.verify': '验证',
  'demo.verified': '{phone} 已通过验证。',
  'demo.wait': '{left} 秒后可重新发送',
  'demo.another': '重新发送',
  'demo.snippet': '用在自己的网站上',
}
