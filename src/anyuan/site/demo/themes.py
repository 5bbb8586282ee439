"""What goes wrong in the invented city: findings a safety officer would know from any school."""

from __future__ import annotations

from dataclasses import dataclass

from anyuan.foundation.org.public import Domain, PlaceKind
from anyuan.response.hazard.public import Cause

D = Domain
P = PlaceKind
_FACILITY, _MANAGEMENT = str(Cause.FACILITY), str(Cause.MANAGEMENT)


@dataclass(frozen=True, slots=True)
class Theme:
    """A finding and its whole remedy. ``funds`` is in ten thousand yuan, ``scene`` names a drawn photo."""

    title: str
    domain: str
    places: tuple[str, ...]
    scene: str
    measures: str
    interim: str
    result: str
    cause: str = _FACILITY
    funds: str = "0"
    detail: str = ""


THEMES: tuple[Theme, ...] = (
    Theme(
        "疏散通道堆放纸箱和桌椅",
        D.FIRE,
        (P.CORRIDOR,),
        "exit",
        "当日清空通道，地面划黄线，值周教师每日查看",
        "设警示牌，课间专人疏导",
        "通道已清空并划线，值周表已更新",
        _MANAGEMENT,
    ),
    Theme(
        "安全出口门被链锁锁住",
        D.FIRE,
        (P.CORRIDOR, P.DORMITORY),
        "exit",
        "拆除链锁，换装推杠式逃生锁",
        "上课期间保持开启并专人值守",
        "已换装逃生锁，演练一次开门正常",
        _MANAGEMENT,
        "0.2",
    ),
    Theme(
        "灭火器压力不足",
        D.FIRE,
        (P.CORRIDOR, P.CANTEEN, P.LIBRARY, P.DORMITORY),
        "extinguisher",
        "更换失压灭火器，建立每月点检卡",
        "先从仓库调配两具备用",
        "已更换并贴点检卡",
        _FACILITY,
        "0.06",
    ),
    Theme(
        "消火栓箱内缺水带水枪",
        D.FIRE,
        (P.CORRIDOR, P.DORMITORY, P.HALL),
        "extinguisher",
        "补齐水带水枪，箱门加封签",
        "相邻两处消火栓标明位置",
        "已补齐并试水",
        _FACILITY,
        "0.18",
    ),
    Theme(
        "应急照明灯断电后不亮",
        D.FIRE,
        (P.CORRIDOR, P.HALL),
        "exit",
        "更换蓄电池，逐盏断电测试",
        "配备手提应急灯，晚自习教师随身携带",
        "断电测试全部点亮",
        _FACILITY,
        "0.3",
    ),
    Theme(
        "楼道内停放电动自行车充电",
        D.FIRE,
        (P.CORRIDOR, P.GATE),
        "wires",
        "移出楼道，室外设集中充电棚",
        "立即断电移车，门卫每日查看两次",
        "充电棚启用，楼道已无车辆",
        _MANAGEMENT,
        "1.6",
    ),
    Theme(
        "窗户防盗网没有逃生口",
        D.FIRE,
        (P.DORMITORY, P.CLASSROOM),
        "window",
        "每间改装可从内开启的逃生口",
        "宿管夜间持钥匙值守",
        "已改装并组织学生试开",
        _FACILITY,
        "2.4",
    ),
    Theme(
        "配电箱旁电线裸露",
        D.UTILITY,
        (P.POWER_ROOM, P.CORRIDOR, P.LABORATORY),
        "wires",
        "停电重新布线，穿管并加装漏电保护",
        "断开该回路，设警戒线",
        "线路已穿管，漏电保护试跳正常",
        _FACILITY,
        "0.5",
    ),
    Theme(
        "插座串接大功率电器",
        D.UTILITY,
        (P.CLASSROOM, P.DORMITORY, P.CANTEEN),
        "wires",
        "拆除串接插座，加装专用回路",
        "收存电器，拔除插座",
        "专用回路已装，私接全部拆除",
        _MANAGEMENT,
        "0.15",
    ),
    Theme(
        "楼梯扶手松动",
        D.BUILDING,
        (P.CORRIDOR,),
        "crack",
        "加固立柱，全楼扶手逐段检查",
        "该侧停用，改走西侧楼梯",
        "立柱已加固，推拉试验合格",
        _FACILITY,
        "0.4",
    ),
    Theme(
        "外墙瓷砖空鼓有坠落风险",
        D.BUILDING,
        (P.PERIMETER, P.SPORTS),
        "crack",
        "请有资质单位铲除空鼓并修补",
        "墙下两米拉隔离带，绕行",
        "空鼓已铲除修补，隔离带已撤",
        _FACILITY,
        "3.2",
    ),
    Theme(
        "顶棚渗水墙皮脱落",
        D.BUILDING,
        (P.CLASSROOM, P.LIBRARY, P.HALL),
        "crack",
        "修补屋面防水，铲除松动墙皮",
        "课桌移开，该区域停用",
        "两场雨后复看无渗漏",
        _FACILITY,
        "1.1",
    ),
    Theme(
        "围墙有一段可翻越",
        D.SECURITY,
        (P.PERIMETER,),
        "gate",
        "加高并补装周界报警",
        "增加巡逻，晚间补灯",
        "围墙已加高，报警接入值班室",
        _FACILITY,
        "0.9",
    ),
    Theme(
        "校门防冲撞柱缺失",
        D.SECURITY,
        (P.GATE,),
        "gate",
        "补装升降柱并每日试升",
        "用水马临时替代，上下学双岗",
        "升降柱已装，试升正常",
        _FACILITY,
        "1.8",
    ),
    Theme(
        "外来人员未登记进入",
        D.SECURITY,
        (P.GATE, P.CONTROL_ROOM),
        "gate",
        "更新登记办法，门卫重新培训",
        "值班干部在门口值守一周",
        "抽查三天登记齐全",
        _MANAGEMENT,
    ),
    Theme(
        "食堂留样标签不全",
        D.FOOD,
        (P.KITCHEN, P.CANTEEN),
        "fridge",
        "规范留样标签，食安员每餐核对",
        "当餐补贴标签，加冰柜锁",
        "连续五餐标签齐全",
        _MANAGEMENT,
    ),
    Theme(
        "生熟食品混放",
        D.FOOD,
        (P.KITCHEN,),
        "fridge",
        "分柜存放，标识生熟",
        "混放食品清出，不得加工",
        "冷柜已分区贴标识",
        _MANAGEMENT,
        "0.1",
    ),
    Theme(
        "后厨燃气报警器失效",
        D.UTILITY,
        (P.KITCHEN, P.BOILER),
        "wires",
        "更换报警器并与切断阀联动",
        "开窗通风，专人看火，用后关总阀",
        "报警器已换，联动切断试验成功",
        _FACILITY,
        "0.3",
    ),
    Theme(
        "危化品领用登记不全",
        D.LAB,
        (P.CHEMICAL_STORE, P.LABORATORY),
        "chemicals",
        "补齐台账，双人双锁领用",
        "暂停领用，盘点封存",
        "账物相符，双锁启用",
        _MANAGEMENT,
    ),
    Theme(
        "通风橱排风不畅",
        D.LAB,
        (P.LABORATORY,),
        "chemicals",
        "检修风机，更换滤网",
        "暂停有毒有害气体实验",
        "风速测量合格",
        _FACILITY,
        "0.6",
    ),
    Theme(
        "单杠立柱锈蚀",
        D.EQUIPMENT,
        (P.SPORTS,),
        "crack",
        "更换立柱，器材逐件点检",
        "围挡停用",
        "已更换并验收",
        _FACILITY,
        "0.5",
    ),
    Theme(
        "校门口放学时人车混行",
        D.TRAFFIC,
        (P.GATE, P.SURROUNDINGS, P.BUS_STOP),
        "gate",
        "错峰放学，设家长等候区，交警护学",
        "护学岗加派两人",
        "错峰实施一周，秩序良好",
        _MANAGEMENT,
    ),
    Theme(
        "校外摊点占用等候区",
        D.SURROUNDINGS,
        (P.SURROUNDINGS, P.GATE),
        "gate",
        "函告城管，固定时段值守",
        "值班教师劝离并引导学生绕行",
        "摊点已撤，城管每日巡查",
        _MANAGEMENT,
    ),
    Theme(
        "医务室药品过期",
        D.HEALTH,
        (P.CLINIC,),
        "fridge",
        "清理过期药品，建立效期台账",
        "封存过期药品",
        "药品已清理，台账启用",
        _MANAGEMENT,
    ),
    Theme(
        "开水房无防烫隔离",
        D.EQUIPMENT,
        (P.BOILER, P.CANTEEN),
        "wires",
        "加装隔离栏和防滑垫",
        "错时打水，值周教师看护",
        "隔离栏已装",
        _FACILITY,
        "0.3",
    ),
)

SCENE_OF: dict[str, str] = {
    D.FIRE: "extinguisher", D.UTILITY: "wires", D.BUILDING: "crack", D.WORKS: "crack", D.SECURITY: "gate",
    D.TRAFFIC: "gate", D.SURROUNDINGS: "gate", D.BUS: "gate", D.FOOD: "fridge", D.HEALTH: "fridge",
    D.LAB: "chemicals", D.EQUIPMENT: "crack",
}  # fmt: skip
"""The drawn photo of a finding made by a checklist, by its domain."""

PLAN = "出现险情立即停用，按疏散路线撤离，同时报告校长和安全办"
ROOTS = ("日常点检没有落实到人", "采购时未按标准选型", "值周交接没有这一项")
LASTING = ("列入每周点检卡并由总务签字", "统一更换为合格型号并登记寿命", "写入值周交接单")
RETURNS = ("照片看不出整改后的样子，请补拍全景", "只清理了一半，另一侧仍有堆放", "没有看到试验记录")
DISMISSALS = ("现场核对为正常检修，不构成隐患", "点位填错，已重新登记")
