"""The desk: requests as staff read and answer them. What happens to a request is workflow's."""

from intake.admin.access import AccessRecordAdmin
from intake.admin.message_template import MessageTemplateAdmin
from intake.admin.notice import NoticeAdmin
from intake.admin.request import ConsultationRequestAdmin

__all__ = ["AccessRecordAdmin", "ConsultationRequestAdmin", "MessageTemplateAdmin", "NoticeAdmin"]
