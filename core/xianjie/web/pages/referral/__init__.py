"""Pages on referrals: procedures as diagrams, a walk without a record, and the referrals that an office keeps."""
