"""Every act of the channel: filing, the reporter's, the officers', of the vaults, the end."""
