"""Streets, communities and grids."""

import dataclasses

from matching.records.columns import CellType, Personal, Record, column


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Grid(Record):
    """A grid: the patch of a community that one worker looks after."""

    grid_id: str = column("网格编号", "Grid ID", CellType.CODE, key=True, aliases=("编号",), example="G-0101")
    street: str = column(
        "街道", "Street", required=True, aliases=("街道（镇）", "街道/镇", "所属街道", "乡镇街道"), example="灯塔路街道"
    )
    community: str = column(
        "社区", "Community", required=True, aliases=("所属社区", "社区名称", "小区"), example="光耀路社区"
    )
    name: str | None = column("网格名称", "Grid", aliases=("网格",), example="第一网格")
    worker: str | None = column(
        "网格员", "Grid worker", aliases=("负责人", "网格长"), personal=Personal.NAME, example="周小梅"
    )
    phone: str | None = column(
        "联系电话", "Phone", CellType.PHONE, aliases=("电话", "联系方式", "手机", "手机号"), personal=Personal.PHONE
    )
    longitude: float | None = column(
        "经度", "Longitude", CellType.DECIMAL, minimum=-180, maximum=180, unit="°", example="114.35"
    )
    latitude: float | None = column(
        "纬度", "Latitude", CellType.DECIMAL, minimum=-90, maximum=90, unit="°", example="36.09"
    )
    households: int | None = column(
        "户数", "Households", CellType.INTEGER, aliases=("住户数",), minimum=0, example="320"
    )
