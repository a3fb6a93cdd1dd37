"""What an extract leaves: the zip, its CSV parts and README, its password, where archives are, what room they take."""
