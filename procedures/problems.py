"""What can be wrong in a knowledge file: codes, causes and fixes, in the editor's language.

Codes are public and permanent; each has a broken example in `tests/procedures/broken/` and a heading in
`docs/huong_dan_sua_thu_tuc.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
GUIDE = "docs/huong_dan_sua_thu_tuc.md"

FIXES: dict[str, tuple[str, Severity]] = {
    "KB001": ("Sửa cú pháp YAML ở dòng này: kiểm tra thụt lề, dấu hai chấm và dấu nháy.", "error"),
    "KB002": ("Xóa một trong hai dòng, hoặc gộp nội dung của chúng.", "error"),
    "KB003": ("Xóa khóa này, hoặc sửa theo một trong các khóa được phép.", "error"),
    "KB004": ("Thêm khóa còn thiếu, hoặc điền giá trị cho khóa đang để trống.", "error"),
    "KB005": ("Viết lại giá trị đúng kiểu; mã, số điện thoại và giờ phải đặt trong dấu nháy.", "error"),
    "KB006": ("Viết ngày theo dạng năm-tháng-ngày, ví dụ 2026-07-01.", "error"),
    "KB007": ("Thêm văn bản này vào data/legal/, hoặc sửa mã cho đúng.", "error"),
    "KB008": ("Thêm biểu mẫu này vào data/forms/, hoặc sửa mã cho đúng.", "error"),
    "KB009": ("Thêm trường hợp này vào mục cases của tệp, hoặc sửa mã cho đúng.", "error"),
    "KB010": ("Đặt tên tệp và giá trị procedure giống nhau.", "error"),
    "KB011": ("Đổi tên khóa: rules, stories, nlu và responses là từ dành riêng của Rasa.", "error"),
    "KB012": ('Mỗi ngày chỉ được một giá trị. Xóa dòng sai, hoặc sửa "since" của dòng mới.', "error"),
    "KB013": ("Thêm mục này: ghi sự thật, hoặc not_applicable, hoặc unknown kèm lý do.", "error"),
    "KB014": ("Mỗi dòng chỉ có đúng một nội dung; xóa phần thừa hoặc thêm phần còn thiếu.", "error"),
    "KB015": ("Sửa mã sau use: một mục của data/procedures/chung/; trong situations còn là item của tệp.", "error"),
    "KB016": ("Chỉ dùng chữ thường không dấu, số và gạch dưới, ví dụ nha_thue.", "error"),
    "KB017": ("Viết ngắn lại cho vừa màn hình điện thoại.", "error"),
    "KB018": ("Mỗi {tên} trong text phải có trong amounts, và ngược lại.", "error"),
    "KB019": ("Ghi số tiền vào amounts rồi dùng {tên} trong text.", "error"),
    "KB020": ("Sửa mã cho đúng tên một thủ tục có tệp trong data/procedures/.", "error"),
    "KB021": ("Cán bộ đối chiếu văn bản rồi nâng confidence; trước đó dòng này không được trả lời.", "warning"),
    "KB022": ("Đối chiếu lại với văn bản rồi sửa checked.on.", "warning"),
    "KB023": ("Ngày kiểm tra không được ở tương lai.", "error"),
    "KB024": ("Chọn một trong các giá trị được phép.", "error"),
    "KB025": ("Thay bằng văn bản đang có hiệu lực, hoặc thêm một dòng mới từ ngày văn bản bị thay thế.", "error"),
    "KB026": ("Ghi origin theo dạng cu_tru:đường.dẫn hoặc can_cuoc:đường.dẫn.", "error"),
    "KB027": ("Đổi một trong hai mã; mã không được dùng lại.", "error"),
    "KB028": ("Dùng mục này ở một thủ tục, hoặc xóa nó.", "warning"),
    "KB029": ("Lưu lại tệp với bảng mã UTF-8.", "error"),
    "KB030": ("Thêm một dòng mới còn hiệu lực, hoặc unknown để báo chưa có thông tin.", "warning"),
    "KB031": ("Thêm source (văn bản và điều khoản) và checked cho dòng này.", "error"),
    "KB032": ("Sửa mã cho đúng một mục trong data/replies/choices.yml hoặc out_of_scope.yml.", "error"),
    "KB033": ("Đặt tệp thủ tục trong cu_tru/ hoặc can_cuoc/, tên tệp kết thúc bằng .yml.", "error"),
    "KB034": ("Chép tệp vào data/forms/files/, tên không dấu không khoảng trống, rồi ghi đúng tên đó.", "error"),
    "KB035": ("Lưu lại tệp đúng loại: PDF, DOC, DOCX, JPG hoặc PNG. Không đổi đuôi bằng tay.", "error"),
    "KB036": ("Thu nhỏ tệp: PDF, DOC, DOCX tối đa 5 MB; ảnh JPG, PNG tối đa 1 MB.", "error"),
    "KB037": ("Ghi tên tệp vào khóa file của một biểu mẫu, hoặc xóa tệp.", "warning"),
}


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake of one file: where it is, what it is, and how to mend it."""

    file: str
    line: int
    code: str
    cause: str

    @property
    def fix(self) -> str:
        return FIXES[self.code][0]

    @property
    def severity(self) -> Severity:
        return FIXES[self.code][1]

    def __str__(self) -> str:
        mark = "LỖI" if self.severity == "error" else "Lưu ý"
        where = f"{self.file}:{self.line}  {self.code}"
        return f"{where}  {mark}: {self.cause}\n    {self.fix}\n    Xem {GUIDE}#{self.code.lower()}"
