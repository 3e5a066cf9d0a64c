"""Referrals: their events, walked on the statechart of the region's document."""
