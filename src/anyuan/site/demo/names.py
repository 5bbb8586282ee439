"""Invented names: places, schools and people that exist nowhere. The same seed gives the same names."""

from __future__ import annotations

import random

PROVINCE = "澜海省"
CITY = "望舒市"
COUNTIES = ("青禾县", "鹿鸣县", "云汐县", "松月区")
TOWNS = (
    "柳泉", "石桥", "云溪", "桑田", "望岭", "白塘", "枫林", "麦湾",
    "南屏", "清渡", "竹坞", "杏坪", "荷塘", "鹤汀", "松坪", "槐荫",
)  # fmt: skip
OTHER_TOWNS = ("梨园", "银杏", "菱湖", "凤鸣", "沙渚", "苇塘", "青桐", "月港", "茶山", "晴川", "古井", "帆影")
"""Towns of the lighter counties, four each."""
VILLAGES = ("石门", "上湾", "小坪", "塘边", "桥头", "半山", "花溪", "水磨", "双井", "长亭")
GOOD = (
    "晨光", "向阳", "春晖", "朝霞", "启航", "育新", "明德", "博雅", "雅集", "星河", "彩虹", "繁星",
    "百合", "金穗", "蓝天", "绿茵", "新苗", "小树", "童梦", "海棠", "丹桂", "玉兰", "云帆", "远帆",
)  # fmt: skip
_SURNAMES = (
    "安白柏蔡曹岑常陈程崔戴邓丁董杜范方冯傅高葛顾郭韩何贺洪侯胡黄江姜蒋金康孔蓝黎李梁林凌刘柳卢陆罗吕马孟苗"
    "莫倪潘彭齐钱秦丘任邵沈施石宋苏孙谭汤唐陶田童汪王韦魏温吴夏萧谢徐许薛严颜杨姚叶易殷尹于余俞袁岳曾张章赵"
    "郑钟周朱祝庄邹"
)
_FIRST = "安柏冰博采朝晨承澄春慈丹德冬芳枫国海涵翰和恒弘华嘉佳建健江锦静君俊开可兰乐黎立林玲茂梅美明沐宁"
_SECOND = "蓓波超川达东帆菲峰刚歌桂航浩虹欢辉慧吉杰洁娟凯岚莉良亮琳龙璐曼敏楠平青清秋然荣蓉瑞珊诗舒涛婷"


class NameBook:
    """Gives every name at most once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def person(self) -> str:
        """A name of two or three characters nobody else bears."""
        while True:
            name = self._rng.choice(_SURNAMES) + self._rng.choice(_FIRST)
            if self._rng.random() < 0.8:
                name += self._rng.choice(_SECOND)
            if name not in self._used:
                self._used.add(name)
                return name

    def keep(self, name: str) -> str:
        """Reserve ``name`` for somebody the demo speaks of."""
        self._used.add(name)
        return name

    def unit(self, *wanted: str) -> str:
        """The first of ``wanted`` that is free, else the last with a number."""
        for name in wanted:
            if name not in self._used:
                return self.keep(name)
        number = 2
        while f"{wanted[-1]}（{number}）" in self._used:
            number += 1
        return self.keep(f"{wanted[-1]}（{number}）")
