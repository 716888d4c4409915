"""Supervision as people see it: who reads which card, lists with filters, one card, the rules, the export."""
