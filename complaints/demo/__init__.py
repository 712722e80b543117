"""The demo: invented people, marks and sellers, and seven weeks of cases played through the verbs."""

from complaints.demo.play import seed

__all__ = ["seed"]
