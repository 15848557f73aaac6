"""This is where the words are that a template is judged by, unless an app has its own."""

#: The first five are LeanCloud's, as are 抽奖 and what its examples of marketing say.
MARKETING_WORDS = (
    *("打折", "降价", "仅售", "中奖?", "优惠?", "抽奖", "促销", "秒杀", "抢购", "大促"),
    *("折扣?", "特价?", "低至?", "返现?", "封顶?", "畅销?", "新款?", "新品?"),
)

#: The first two are LeanCloud's.
FORBIDDEN_WORDS = ("房源", "借贷", "放贷", "网贷", "套现", "赌博")
