"""What the editors' API says when something cannot be done."""

from __future__ import annotations

PROBLEMS = {
    "knowledge_unavailable": "The knowledge base cannot be reached just now. Please try again in a moment.",
    "document_gone": "There is no such document.",
    "revision_gone": "There is no such revision of this document.",
    "document_too_large": "This document is too large to be saved in one piece. Split it by topic.",
    "slug_taken": "Another document has this address already. Choose another one.",
    "slug_fixed": "A document keeps its address. To move it, make a new document.",
    "invalid_day": "Please write a day such as 2026-03-31.",
    "day_to_come": "A review cannot be of a day that is still to come.",
    "no_change": "That is what the newest revision says already.",
    "file_name_missing": "The file has no name that can be read. Please rename it and try again.",
    "file_too_large": "This file is larger than 10 MB. Please upload its text, or split it by topic.",
    "too_many_files": "Several of your files are still being read. Please wait until they are done.",
    "upload_gone": "This upload is not there any more. Please choose the file again.",
    "upload_broken": "The file did not arrive whole. Please try again.",
    "too_many_earlier": "Give at most {limit} earlier questions.",
    "publication_gone": "There is no such publication.",
    "refused": "{sentence}",
    "unanswered_group_gone": "This group is not there any more: it was put together with another, or erased.",
    "unanswered_question_gone": "Some of these questions are not in this group any more. Please reload the page.",
}
