// The words of the frame of the page.

export const en = {
  'app.id': 'App id',
  'app.master': 'Master key',
  'app.enter': 'Enter',
  'app.leave': 'Leave',
  'app.stays': 'The key stays in this tab and is gone when it is closed.',
  'app.language': 'Language',
  'app.sections': 'Sections',
  'app.loading': 'Loading …',
  'app.again': 'Try again',
  'fault.keys': 'There is no such app, or that is not its master key ({text}).',
  'fault.silent': 'The service does not answer. Is the network there?',
  'fault.said': 'The service says: {text} ({code})',
  'tab.overview': 'Overview',
  'tab.records': 'Records',
}

export const zh = {
  'app.id': '应用 ID',
  'app.master': '主密钥（Master Key）',
  'app.enter': '进入',
  'app.leave': '退出',
  'app.stays': '密钥只保存在本标签页中，关闭即清除。',
  'app.language': '语言',
  'app.sections': '栏目',
  'app.loading': '加载中……',
  'app.again': '重试',
  'fault.keys': '没有这个应用，或主密钥不正确（{text}）。',
  'fault.silent': '服务没有应答，请检查网络。',
  'fault.said': '服务返回：{text}（{code}）',
  'tab.overview': '概览',
  'tab.records': '发送记录',
}
