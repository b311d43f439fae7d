"""What is said in the made-up calls, as the recogniser writes it: without marks between."""

from dataclasses import dataclass
from typing import Final

from callcenter.facts import Line
from callcenter.tickets.steps import Move
from tools.screenshots.calls import CITIZEN, SEAT, Said


@dataclass(frozen=True)
class Talk:
    """A call that was answered; numbers begin with 154, which no carrier is known to have."""

    name: str
    ago: float  # minutes before the picture at which it came in
    seat: str
    caller: str
    said: Said
    line: Line = Line.SERVICE
    waited: float = 5
    talked: float = 50
    then: Move = Move.FILE
    reason: str = ""
    is_recorded: bool = False


RECORDED: Final = "n1-104.0"
MORNING: Final = (
    Talk("101", 128, "seat-03", "15400261187", [
        (SEAT, "您好12345请讲"),
        (CITIZEN, "你好古陶镇北关路昨天晚上开始停水一直没有来水"),
        (SEAT, "好的已经登记供水公司会尽快处理"),
    ]),
    Talk("102", 121, "seat-01", "15400274410", [
        (SEAT, "您好12345请讲"),
        (CITIZEN, "请问新农合缴费截止到什么时候"),
        (SEAT, "今年的集中缴费期到三月底可以在村卫生室办理"),
    ], then=Move.ANSWER, reason="集中缴费期到三月底,村卫生室可办", talked=74),
    Talk("103", 96, "seat-01", "15400213052", [
        (SEAT, "您好12345请讲"),
        (CITIZEN, "岳壁乡张家庄村的路灯不亮好几天了"),
        (SEAT, "好的路灯问题已经登记"),
    ], waited=9, talked=41),
    Talk("104", 83, "seat-02", "15400295530", [
        (SEAT, "您好12345工号02请讲"),
        (CITIZEN, "你好我是古陶镇沙巷街的住户文庙西侧的井盖坏了半个月了"),
        (SEAT, "请问井盖在路中间还是人行道上"),
        (CITIZEN, "就在路中间昨天晚上一个孩子骑车差点掉进去"),
        (SEAT, "明白马上登记您的电话方便联系吗"),
        (CITIZEN, "方便就打这个电话"),
        (SEAT, "工单已经派给城市管理局有结果给您回电话"),
    ], waited=12, talked=58, is_recorded=True),
    Talk("105", 70, "seat-05", "15400238874", [
        (SEAT, "您好110请讲"),
        (CITIZEN, "洪善镇集市上有人打架动刀子了快来人"),
        (SEAT, "请不要靠近民警马上到"),
    ], line=Line.POLICE, waited=2, talked=36),
    Talk("106", 64, "seat-04", "15400280016", [
        (SEAT, "您好12345请讲"),
        (CITIZEN, "我们小区物业三个月没有人清运垃圾味道很大在惠民路"),
        (SEAT, "好的已经登记物业管理问题"),
    ], waited=17, talked=66),
    Talk("107", 47, "seat-07", "15400204419", [
        (SEAT, "您好12345请讲"),
        (CITIZEN, "段村镇段村正街有一家工厂半夜排黑烟呛得睡不着"),
        (SEAT, "好的环境保护问题已经登记"),
    ], waited=4, talked=52),
    Talk("108", 33, "seat-01", "15400251963", [
        (SEAT, "您好12345请讲"),
        (CITIZEN, "惠民路学校门口红绿灯坏了上学放学很危险"),
        (SEAT, "好的已经登记马上派单"),
    ], waited=7, talked=47),
)  # fmt: skip
TALKING: Final = [
    (SEAT, "您好12345请讲"),
    (CITIZEN, "喂你好我要反映张家庄村口的路灯坏了三天了"),
    (SEAT, "请问是一盏灯不亮还是一段路都不亮"),
    (CITIZEN, "一段路都不亮老人晚上出门看不见"),
]
STILL_SAYING: Final = "路灯杆也歪了风一吹就"
WRAPPED_UP: Final = [
    (SEAT, "您好12345请讲"),
    (CITIZEN, "我在康宁路供热管道漏水家里暖气不热有老人和孩子"),
    (SEAT, "好的供热公司会在24小时内处理"),
]
ALARM: Final = [
    (SEAT, "您好110请讲"),
    (CITIZEN, "岳壁乡岳壁街这里两辆车撞了有人受伤流血了"),
    (SEAT, "请不要移动伤员救护车和民警马上到"),
]
