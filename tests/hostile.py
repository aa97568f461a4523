"""A text that would do harm wherever it is not taken for text."""

HOSTILE = (
    "<img src=x onerror=alert(1)>|`a`` **b** _c_ [d](javascript:e) @ada #1 www.example.com"
    " &amp; ]]> --> \\| %0A %3A , :: \n::error::no\r\n##[error]no \x1b[31m\x00\u202e\ufffe\ud800"
)
